package dev.tollgate.jobs;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import dev.tollgate.cluster.Cluster;
import dev.tollgate.cluster.DatabaseAwayException;
import dev.tollgate.gateway.Refusal;

/**
 * All jobs, those of former processes and of other nodes included. Bounded by {@link JobProperties}: open jobs by their number a key and by their
 * items in all, ended ones, which take less than a kilobyte each, by their number a key and by their age.
 */
@Component("jobs")
public class Jobs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

    /** When it is worth while to order again: some job may have ended by then. */
    private static final Duration LATER = Duration.ofMinutes(1);

    private static final Duration SAME_KEY_WITHIN = Duration.ofDays(1);
    private static final Duration EQUAL_WITHIN = Duration.ofMinutes(1);

    private final Map<String, JobKind> kinds;
    private final Clock clock;
    private final JobProperties properties;
    private final JobStore store;

    /** @param cluster where there is none the jobs are this gateway's alone */
    @Autowired
    Jobs(@Value("${tollgate.data-dir}") Path dataDir, List<JobKind> kinds, Clock clock, JobDisk disk, JobProperties properties,
            ObjectProvider<Cluster> cluster) throws IOException {
        this(kinds, clock, properties, cluster.getIfAvailable() == null ? new JobFolders(dataDir, kinds, clock, disk, properties)
                : new SharedJobs(cluster.getObject(), dataDir, kinds, clock, properties));
    }

    /** Jobs of this gateway alone, in folders. */
    Jobs(Path dataDir, List<JobKind> kinds, Clock clock, JobDisk disk, JobProperties properties) throws IOException {
        this(kinds, clock, properties, new JobFolders(dataDir, kinds, clock, disk, properties));
    }

    Jobs(List<JobKind> kinds, Clock clock, JobProperties properties, JobStore store) {
        this.kinds = JobKind.byType(kinds);
        this.clock = clock;
        this.properties = properties;
        this.store = store;
    }

    /** An order that was taken, or one before that it repeats. */
    public record Ordered(Job job, Repeated repeated) {

        public boolean isNew() {
            return repeated == null;
        }
    }

    /** Why an order is answered with a job that is there already. */
    enum Repeated {

        /** The same {@code Idempotency-Key} within a day. */
        IDEMPOTENCY_KEY,
        /** The same was ordered a moment ago. */
        EQUAL_ORDER,
        /** A job of that id is there. */
        ID
    }

    /**
     * Takes an order. Under an id that is there already it is that job.
     *
     * @throws IllegalArgumentException when the order cannot be done
     * @throws Refusal                  429 when there are too many jobs or items, 503 when the disk does not take it, 507 when the
     *                                  results that are kept fill what they may
     */
    public Ordered order(NewJob order) {
        return taken(order, null, OrderDigest.of(order.type(), order.fields(), order.items()),
                () -> store.find(order.id()).map(job -> new Ordered(job, Repeated.ID)));
    }

    /**
     * Takes an order of a caller, who may have sent it before without seeing the answer.
     *
     * @param idempotencyKey for a day the same one is the same job; null: an equal order within a minute is
     * @throws Refusal 422 when the key stands for another order, and as {@link #order}
     */
    Ordered orderOnce(NewJob order, String idempotencyKey) {
        String key = idempotencyKey == null ? null : OrderDigest.of(idempotencyKey);
        String digest = OrderDigest.of(order.type(), order.fields(), order.items());
        return taken(order, key, digest, () -> before(order, key, digest));
    }

    private Optional<Ordered> before(NewJob order, String key, String digest) {
        Instant since = store.now().minus(key == null ? EQUAL_WITHIN : SAME_KEY_WITHIN);
        Optional<Job> before = store.since(order.owner(), since).stream().filter(job -> job.isOf(order.owner(), order.type(), key))
                .filter(job -> key != null || job.isOrderOf(digest) && job.state() != JobState.CANCELLED && job.state() != JobState.FAILED)
                .min(oldestFirst());
        if (before.isPresent() && !before.get().isOrderOf(digest)) {
            throw Refusal.of(422, "This Idempotency-Key stands for another order, job %s. Send a key of its own with every order."
                    .formatted(before.get().id()));
        }
        return before.map(job -> new Ordered(job, key == null ? Repeated.EQUAL_ORDER : Repeated.IDEMPOTENCY_KEY));
    }

    /** What the order needs is asked for while others may order; then nobody else may, until it is written down. */
    private Ordered taken(NewJob order, String key, String digest, Supplier<Optional<Ordered>> before) {
        return before.get().orElseGet(() -> {
            JobKind kind = kinds.get(order.type());
            JsonNode kept = kind.accept(order.fields(), order.items());
            return store.ordering(() -> before.get().orElseGet(() -> new Ordered(create(order, kind, kept, key, digest), null)));
        });
    }

    private Job create(NewJob wanted, JobKind kind, JsonNode kept, String idempotencyKey, String digest) {
        requireRoom(wanted.owner(), wanted.items().size());
        Job.Order order = new Job.Order(wanted.id(), wanted.type(), store.now(), wanted.owner(), wanted.items().size(), kept,
                wanted.note(), idempotencyKey, digest);
        try {
            return store.create(order, wanted.items(), kind);
        } catch (IOException e) {
            throw Refusal.until(503, "The disk of tollgate.data-dir does not take the order. Nothing was ordered; order again when there is room.",
                    LATER);
        }
    }

    private void requireRoom(String owner, int items) {
        if (openOf(owner) >= properties.maxOpen()) {
            throw Refusal.until(429, ("%d jobs of this key have not ended, the most of one key (tollgate.jobs.max-open)."
                    + " Order again when one has, or cancel one.").formatted(properties.maxOpen()), LATER);
        }
        if (store.openItems() + items > properties.maxOpenItems()) {
            throw Refusal.until(429, ("The open jobs of all keys would have more than %d items together, the most that is held"
                    + " (tollgate.jobs.max-open-items). Order again when some have ended.").formatted(properties.maxOpenItems()), LATER);
        }
        store.requireRoom();
    }

    /** How many jobs of an owner have not ended. */
    long openOf(String owner) {
        return store.open().stream().filter(job -> job.owner().equals(owner)).count();
    }

    /** Whether an owner may order one more of the largest that may be, and there is room for a list of so many bytes. */
    boolean mayOrder(String owner, long bytes) {
        try {
            return openOf(owner) < properties.maxOpen() && store.openItems() + properties.maxItems() <= properties.maxOpenItems()
                    && store.hasRoom(bytes);
        } catch (DatabaseAwayException away) {
            LOG.debug("Nothing can be ordered", away);
            return false;
        }
    }

    /** The kind of that name. */
    JobKind kind(String type) {
        return kinds.get(type);
    }

    /** The seller whose data a job holds; null when it is nobody's. */
    public String seller(Job job) {
        return kinds.get(job.type()).seller(job.order());
    }

    /** Newest first. */
    public List<Job> all() {
        return store.all().stream().sorted(oldestFirst().reversed()).toList();
    }

    public Optional<Job> find(String id) {
        return store.find(id);
    }

    /** The job of a kind to work on now: the oldest that has not ended and may go on. */
    public Optional<Job> next(String type) {
        return due(type).findFirst();
    }

    /** The jobs of a kind that may be worked on now, oldest first. */
    public Stream<Job> due(String type) {
        return store.mine(type).filter(job -> job.isDue(clock.instant())).sorted(oldestFirst());
    }

    /**
     * Writes what the disk did not take of jobs of a kind. While something remains in memory nothing more is bought, so that
     * what is held is what was under way when the disk was full, and no more.
     *
     * @return whether nothing remains
     */
    public boolean writeAgain(String type) {
        List<Job> holding = store.mine(type).filter(Job::isHolding).toList();
        holding.forEach(job -> job.writeAgain(clock.instant()));
        return holding.stream().noneMatch(Job::isHolding);
    }

    /** Whether a job of that kind was ordered and has not ended. */
    public boolean isBusy(String type) {
        return store.open().stream().anyMatch(job -> job.type().equals(type));
    }

    /** The same for the jobs of one seller. */
    public boolean isBusy(String type, String seller) {
        return store.open().stream().anyMatch(job -> job.type().equals(type) && seller.equals(seller(job)));
    }

    /** Where a job stands, as callers read it. */
    public JobState state(Job job) {
        return job.isHeldUp(kinds.get(job.type())) ? JobState.WAITING : job.state();
    }

    /** Seconds until each open job is done, with all jobs of its kind and seller that are in front of it; no other has one. */
    public Map<String, Long> etaSeconds() {
        Map<List<String>, Long> inFront = new HashMap<>();
        Map<String, Long> seconds = new LinkedHashMap<>();
        store.open().stream().sorted(oldestFirst()).forEach(job -> {
            List<String> line = List.of(job.type(), String.valueOf(seller(job)));
            seconds.put(job.id(), inFront.merge(line, kinds.get(job.type()).etaSeconds(job), Long::sum));
        });
        return seconds;
    }

    /**
     * Removes the jobs that have ended long ago, and of a key that has very many the oldest; then reads, once in the life of a
     * process, the files of those that had ended before it, so that damage is known before somebody asks for them.
     */
    public void care() {
        Map<String, Integer> kept = new HashMap<>();
        Instant oldest = store.now().minus(properties.keepFor());
        for (Job job : all()) {
            Instant end = job.endedAt();
            if (end != null && (end.isBefore(oldest) || kept.merge(job.owner(), 1, Integer::sum) > properties.maxKept())) {
                remove(job);
            }
        }
        store.all().forEach(this::look);
    }

    /** Reads the files of a job that had ended before this process started, unless that was done. */
    void look(Job job) {
        job.look(clock.instant());
    }

    private void remove(Job job) {
        try {
            store.remove(job);
            LOG.info("Job {} ended at {} and is removed with its results (tollgate.jobs.keep-for, max-kept)", job.id(), job.endedAt());
        } catch (IOException e) {
            LOG.warn("Job {} cannot be removed, which is tried again: {}", job.id(), e.toString());
        }
    }

    @Override
    public void close() {
        store.close();
    }

    private static Comparator<Job> oldestFirst() {
        return Comparator.comparing(Job::orderedAt).thenComparing(Job::id);
    }
}
