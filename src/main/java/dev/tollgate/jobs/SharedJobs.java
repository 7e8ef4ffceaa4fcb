package dev.tollgate.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.cluster.Cluster;
import dev.tollgate.cluster.DatabaseAwayException;
import dev.tollgate.gateway.Refusal;

/**
 * Jobs that all nodes have together. Every second this node looks which of its claims still hold, tells where they stand, and
 * claims what no living node has, of the kinds that somebody here asks for work of.
 */
final class SharedJobs implements JobStore {

    private static final Logger LOG = LoggerFactory.getLogger(SharedJobs.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    /** After so long without a question nobody here works on a kind: the route is not there, or the gateway stops. */
    private static final long WANTED = TimeUnit.SECONDS.toNanos(5);
    private static final long NO_CLAIM = 0;

    private final Cluster cluster;
    private final JobRows rows;
    private final Map<String, JobKind> kinds;
    private final Clock clock;
    private final JobProperties properties;
    /** Bound: of each kind and seller what was claimed when little was left, so one whole job, or two parts; and what is held up. */
    private final Map<JobRows.PartId, ClaimedJob> held = new ConcurrentHashMap<>();
    /** When work of a kind was asked for last, by {@link System#nanoTime}. Bound: the kinds. */
    private final Map<String, Long> asked = new ConcurrentHashMap<>();
    private final InHand inHand;
    /** What a former process had in hand. Bound: what it held. */
    private final List<InHand.Kept> left;
    private volatile long bytes;

    SharedJobs(Cluster cluster, Path dataDir, List<JobKind> kinds, Clock clock, JobProperties properties) throws IOException {
        this.cluster = cluster;
        this.rows = new JobRows(cluster);
        this.kinds = JobKind.byType(kinds);
        this.clock = clock;
        this.properties = properties;
        this.inHand = new InHand(dataDir.resolve("jobs-in-hand"));
        this.left = new ArrayList<>(inHand.left());
        sayWhatStays(dataDir.resolve("jobs"));
        cluster.every(EVERY, this::tend);
    }

    private static void sayWhatStays(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> before = Files.list(folder)) {
                long jobs = before.filter(Files::isDirectory).count();
                if (jobs > 0) {
                    LOG.warn("{} jobs that this gateway had for itself stay in {} and are not gone on with while tollgate.cluster.enabled is true."
                            + " Order again what had not ended; their results are in results.ndjson", jobs, folder);
                }
            }
        }
    }

    InHand inHand() {
        return inHand;
    }

    JobRows rows() {
        return rows;
    }

    JobKind kind(String type) {
        return kinds.get(type);
    }

    String node() {
        return cluster.id();
    }

    boolean mayWork() {
        return cluster.mayWork();
    }

    /** Looks after this node's claims; one look at a time. */
    synchronized void tend() {
        try {
            if (cluster.mayWork()) {
                while (!left.isEmpty()) {
                    write(left.get(0));
                    left.remove(0);
                }
                Map<JobRows.PartId, Long> claimed = rows.claimed();
                held.values().forEach(job -> tend(job, claimed.get(job.part())));
                held.values().removeIf(ClaimedJob::isGone);
                bytes = held.isEmpty() ? bytes : rows.bytes();
                claimed.keySet().stream().filter(id -> !held.containsKey(id)).forEach(this::claim);
                claim();
            }
        } catch (DatabaseAwayException away) {
            LOG.debug("The jobs that the nodes share are not looked at", away);
        } catch (RuntimeException unexpected) {
            LOG.error("The jobs that the nodes share cannot be looked at, which is tried again", unexpected);
        }
    }

    /** Of no claim any more; where another node has bought the same meanwhile, that stays. */
    private void write(InHand.Kept kept) {
        Optional<Job> job = find(kept.part().job());
        if (job.isPresent()) {
            JobRows.Written written = rows.append(kept.part(), NO_CLAIM, kept.entries(), kept.spent(), true, false, ((SharedJob) job.get()).afterwards());
            LOG.info("Of {} results of job {} that waited here for the database {} were not there yet and are kept", kept.entries().size(),
                    kept.part().job(), written.added());
        }
        inHand.drop(kept.part());
    }

    private void tend(ClaimedJob job, Long epoch) {
        job.writeAgain(clock.instant());
        if (epoch == null || epoch != job.epoch()) {
            job.lose();
        } else if (!job.isOver()) {
            job.say(kinds.get(job.type()));
        }
    }

    private void claim() {
        List<JobRows.PartId> free = rows.free();
        if (free.isEmpty()) {
            return;
        }
        Map<String, JobRows.Row> open = rows.open().stream().collect(Collectors.toMap(row -> row.order().id(), Function.identity()));
        for (JobRows.PartId id : free) {
            JobRows.Row row = open.get(id.job());
            JobKind kind = row == null ? null : kinds.get(row.order().type());
            if (kind != null && isWanted(kind) && isShortOf(kind, kind.seller(row.order().order()))) {
                claim(id);
            }
        }
    }

    private void claim(JobRows.PartId id) {
        rows.claim(id).ifPresent(claim -> held.put(id, new ClaimedJob(this, claim)));
    }

    private boolean isWanted(JobKind kind) {
        Long last = asked.get(kind.type());
        return last != null && System.nanoTime() - last < WANTED;
    }

    /** Whether less than half of a part is left here to do for a seller; of a kind without parts nothing. */
    private boolean isShortOf(JobKind kind, String seller) {
        Instant now = clock.instant();
        int left = held.values().stream().filter(job -> job.type().equals(kind.type()) && job.isDue(now)
                && Objects.equals(seller, kind.seller(job.order()))).mapToInt(Job::left).sum();
        return left <= (kind.itemsAPart() == JobKind.WHOLE ? 0 : kind.itemsAPart() / 2);
    }

    /** Why nothing more may be bought, as a sentence; null when it may. */
    String whyNot(long more) {
        if (cluster.database().isAway()) {
            return "The database that the nodes share is away. Nothing is bought until it answers; the job then goes on";
        }
        return bytes + more <= properties.maxSharedSize().toBytes() ? null
                : ("The results of all jobs have %d MB, and may have %d (tollgate.jobs.max-shared-size). Nothing is bought until some are removed;"
                + " the job then goes on").formatted(bytes >> 20, properties.maxSharedSize().toMegabytes());
    }

    /** Ends a job for all nodes. */
    void end(SharedJob job, JobState state, String why) {
        rows.end(job.id(), state, why, job.afterwards());
        rows.find(job.id()).ifPresent(row -> {
            job.be(row);
            held.values().stream().filter(part -> part.id().equals(job.id())).forEach(part -> part.be(row));
        });
    }

    @Override
    public Instant now() {
        return cluster.clock().instant();
    }

    @Override
    public <R> R ordering(Supplier<R> work) {
        return rows.ordering(work);
    }

    @Override
    public List<Job> all() {
        return shown(rows.all());
    }

    @Override
    public List<Job> open() {
        return shown(rows.open());
    }

    @Override
    public long openItems() {
        return rows.openItems();
    }

    @Override
    public List<Job> since(String owner, Instant then) {
        return shown(rows.since(owner, then));
    }

    @Override
    public Optional<Job> find(String id) {
        return shown(rows.find(id).stream().toList()).stream().findFirst();
    }

    /** Of kinds that this release does not know nothing is shown. */
    private List<Job> shown(List<JobRows.Row> found) {
        return found.stream().filter(row -> kinds.containsKey(row.order().type())).<Job>map(row -> new SharedJob(this, row, null)).toList();
    }

    @Override
    public void requireRoom() {
        if (rows.bytes() >= properties.maxSharedSize().toBytes()) {
            throw Refusal.of(507, "The results of all jobs fill what they may have, %d MB (tollgate.jobs.max-shared-size). Raise it, or keep them for a"
                    .formatted(properties.maxSharedSize().toMegabytes()) + " shorter time (tollgate.jobs.keep-for).");
        }
    }

    @Override
    public boolean hasRoom(long more) {
        return whyNot(more) == null;
    }

    @Override
    public Job create(Job.Order order, AsinList items, JobKind kind) {
        rows.insert(order, items, kind.itemsAPart());
        return new SharedJob(this, new JobRows.Row(order, JobState.QUEUED, false, null, new JobJournal.Totals(0, 0, 0), null), null);
    }

    @Override
    public Stream<Job> mine(String type) {
        asked.put(type, System.nanoTime());
        return held.values().stream().<Job>map(job -> job).filter(job -> job.type().equals(type));
    }

    @Override
    public void remove(Job job) {
        rows.remove(job.id(), job.totals().done() + job.totals().failed());
    }

    @Override
    public void close() {
        held.values().forEach(job -> job.close(clock.instant()));
    }
}
