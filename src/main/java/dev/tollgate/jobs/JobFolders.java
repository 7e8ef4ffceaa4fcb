package dev.tollgate.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.OwnerOnly;

/** Jobs of this gateway alone, a folder each below its data-dir, those of former processes included. */
final class JobFolders implements JobStore {

    private static final Logger LOG = LoggerFactory.getLogger(JobFolders.class);

    /** Bytes that are left to everybody else on the disk. */
    private static final long RESERVE = 1 << 20;

    private final Path folder;
    private final Map<String, JobKind> kinds;
    private final Clock clock;
    private final JobDisk disk;
    private final JobProperties properties;
    /** Bound: open ones by tollgate.jobs.max-open-items; those that ended hold no list and go after a setting. */
    private final Map<String, FileJob> jobs = new ConcurrentHashMap<>();

    JobFolders(Path dataDir, List<JobKind> kinds, Clock clock, JobDisk disk, JobProperties properties) throws IOException {
        this.folder = dataDir.resolve("jobs");
        this.kinds = JobKind.byType(kinds);
        this.clock = clock;
        this.disk = disk;
        this.properties = properties;
        OwnerOnly.folders(folder);
        try (Stream<Path> folders = Files.list(folder)) {
            folders.filter(Files::isDirectory).sorted().forEach(this::load);
        }
    }

    /** A folder that cannot be read stays as it is, for somebody to look at; the others go on. */
    private void load(Path directory) {
        if (openItems() >= properties.maxOpenItems() && !Files.exists(directory.resolve("end.json"))) {
            LOG.error("The job in {} is left out until the next start: open jobs have {} items already (tollgate.jobs.max-open-items)",
                    directory, openItems());
            return;
        }
        try {
            FileJob.open(directory, disk, properties.maxItems(), kinds::get, clock.instant()).ifPresent(job -> jobs.put(job.id(), job));
        } catch (IOException | RuntimeException e) {
            LOG.error("The job in {} cannot be read and is left out; nothing in its folder is changed", directory, e);
        }
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public synchronized <R> R ordering(Supplier<R> work) {
        return work.get();
    }

    @Override
    public List<Job> all() {
        return List.copyOf(jobs.values());
    }

    @Override
    public List<Job> open() {
        return jobs.values().stream().<Job>map(job -> job).filter(job -> !job.state().isEnd()).toList();
    }

    @Override
    public long openItems() {
        return jobs.values().stream().mapToLong(Job::itemsInMemory).sum();
    }

    @Override
    public List<Job> since(String owner, Instant then) {
        return jobs.values().stream().<Job>map(job -> job).filter(job -> job.owner().equals(owner) && !job.orderedAt().isBefore(then)).toList();
    }

    @Override
    public Optional<Job> find(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    @Override
    public void requireRoom() {
        // what the disk takes is seen as the order is written
    }

    @Override
    public boolean hasRoom(long bytes) {
        try {
            return disk.usable(folder) > RESERVE + 4 * bytes;
        } catch (IOException e) {
            LOG.warn("The disk of {} does not say how much room it has: {}", folder, e.toString());
            return false;
        }
    }

    @Override
    public Job create(Job.Order order, AsinList items, JobKind kind) throws IOException {
        try {
            FileJob job = FileJob.create(folder.resolve(order.id()), disk, order, items, kind);
            jobs.put(order.id(), job);
            return job;
        } catch (IOException e) {
            LOG.error("An order cannot be written below {}", folder, e);
            throw e;
        }
    }

    @Override
    public Stream<Job> mine(String type) {
        return jobs.values().stream().<Job>map(job -> job).filter(job -> job.type().equals(type));
    }

    @Override
    public void remove(Job job) throws IOException {
        jobs.get(job.id()).remove();
        jobs.remove(job.id());
    }

    @Override
    public void close() {
        jobs.values().forEach(job -> job.close(clock.instant()));
    }
}
