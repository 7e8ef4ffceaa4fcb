package dev.tollgate.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** All jobs, those of former processes included. */
@Component
public class Jobs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

    private final Path folder;
    private final Map<String, JobKind> kinds;
    private final Clock clock;
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();

    Jobs(@Value("${tollgate.data-dir}") Path dataDir, List<JobKind> kinds, Clock clock) throws IOException {
        this.folder = dataDir.resolve("jobs");
        this.kinds = kinds.stream().collect(Collectors.toMap(JobKind::type, Function.identity()));
        this.clock = clock;
        Files.createDirectories(folder);
        try (Stream<Path> folders = Files.list(folder)) {
            folders.filter(Files::isDirectory).forEach(this::load);
        }
    }

    /** @throws IllegalArgumentException when the order cannot be done */
    public Job order(String type, JsonNode order) {
        return order(type, order, UUID.randomUUID().toString());
    }

    /**
     * The same for an order that has a name: ordered again, it is the job that is there already.
     *
     * @param id letters, digits and hyphens
     */
    public Job order(String type, JsonNode order, String id) {
        JobKind kind = kinds.get(type);
        List<String> items = kind.items(order);
        JsonNode kept = kind.accept(order);
        return jobs.computeIfAbsent(id, name -> create(new Job.Order(name, type, clock.instant(), kept), items));
    }

    /** The seller that an order names; null when it names none. */
    public String seller(String type, JsonNode order) {
        return kinds.get(type).seller(order);
    }

    /** The seller whose data a job holds; null when it is nobody's. */
    public String seller(Job job) {
        return seller(job.type(), job.order());
    }

    /** Newest first. */
    public List<Job> all() {
        return jobs.values().stream().sorted(oldestFirst().reversed()).toList();
    }

    public Optional<Job> find(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    /** The job of a kind to work on now: the oldest that has not ended and may go on. */
    public Optional<Job> next(String type) {
        return due(type).findFirst();
    }

    /** The jobs of a kind that may be worked on now, oldest first. */
    public Stream<Job> due(String type) {
        return unfinished(type).filter(job -> job.isDue(clock.instant()));
    }

    /** Whether a job of that kind was ordered and has not ended. */
    public boolean isBusy(String type) {
        return unfinished(type).findAny().isPresent();
    }

    /** The same for the jobs of one seller. */
    public boolean isBusy(String type, String seller) {
        return unfinished(type).anyMatch(job -> seller.equals(seller(job)));
    }

    /** Where a job stands, as callers read it. */
    public JobState state(Job job) {
        JobState state = job.state();
        return state == JobState.RUNNING && kinds.get(job.type()).isHeldUp() ? JobState.WAITING : state;
    }

    /** Seconds until a job is done, with all jobs of its kind and seller that are in front of it; 0 when it has ended. */
    public long etaSeconds(Job job) {
        return job.state().isEnd() ? 0 : unfinished(job.type())
                .takeWhile(other -> oldestFirst().compare(other, job) <= 0)
                .filter(other -> Objects.equals(seller(other), seller(job)))
                .mapToLong(kinds.get(job.type())::etaSeconds).sum();
    }

    @Override
    public void close() throws IOException {
        for (Job job : jobs.values()) {
            job.close();
        }
    }

    private Stream<Job> unfinished(String type) {
        return jobs.values().stream().filter(job -> job.type().equals(type) && !job.state().isEnd()).sorted(oldestFirst());
    }

    private static Comparator<Job> oldestFirst() {
        return Comparator.comparing(Job::orderedAt).thenComparing(Job::id);
    }

    private Job create(Job.Order order, List<String> items) {
        try {
            return Job.create(folder.resolve(order.id()), order, items, kinds.get(order.type())::afterwards);
        } catch (IOException e) {
            throw new UncheckedIOException("The job cannot be written to " + folder, e);
        }
    }

    /** A folder that cannot be read stays as it is, for somebody to look at; the others go on. */
    private void load(Path directory) {
        try {
            Job.Order order = Job.read(directory);
            JobKind kind = order == null ? null : kinds.get(order.type());
            if (kind != null) {
                jobs.put(order.id(), Job.open(directory, order, kind.items(order.order()), kind::afterwards));
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("The job in {} cannot be read and is left out", directory, e);
        }
    }
}
