package dev.tollgate.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import dev.tollgate.budget.BucketState;
import dev.tollgate.disk.FileOwner;
import dev.tollgate.disk.OwnerOnly;
import dev.tollgate.queue.SharedBucket;
import dev.tollgate.quota.SharedCount;
import dev.tollgate.secret.MasterKeys;

/**
 * This gateway as one of several on the same database: its name and epoch, the others, the clock that counts for all, and
 * whether it may begin work that another node could take over. There is none where {@code tollgate.cluster.enabled} is false.
 *
 * <p>A thread of its own says every second that the node lives. A node that has not been able to for half of dead-after
 * begins nothing; the others take over after the whole of it, so that both never hold the same. A node that was paused finds
 * its counter run on, and begins nothing either before it was heard again.
 */
public final class Cluster implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    /** A node that was silent for so long, four heartbeats, is not waited for: who is first there comes back with it. */
    private static final Duration SILENCE = Duration.ofSeconds(4);
    /** Threads that wait for the database in place of callers; each takes a connection for as long. */
    private static final int THREADS = 4;
    private static final Duration FORGETS_EVERY = Duration.ofHours(1);

    private final String id;
    private final long epoch;
    private final ClusterProperties properties;
    private final ClusterDatabase database;
    private final ClusterNodes registry;
    private final FileOwner dataDir;
    private final SharedClock clock = new SharedClock();
    /** Bound: one for each kind of state that is shared. */
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Thread heart;
    private final ScheduledThreadPoolExecutor threads;
    private volatile List<Node> nodes = List.of();
    /** When the last word that reached the database was said, by {@link System#nanoTime}. */
    private volatile long heardAt;
    /** Since when it was heard without a gap, by the same. */
    private volatile long heardSince;
    /** Why nothing that this node holds counts any more, as a sentence; null while it does. */
    private volatile @Nullable String lost;
    private volatile boolean closed;

    private Cluster(ClusterProperties properties, ClusterDatabase database, FileOwner dataDir, long epoch) {
        this.id = properties.node();
        this.epoch = epoch;
        this.properties = properties;
        this.database = database;
        this.registry = new ClusterNodes(database);
        this.dataDir = dataDir;
        beat();
        this.threads = new ScheduledThreadPoolExecutor(THREADS, daemons(), new ThreadPoolExecutor.DiscardPolicy()); // of a node that stops
        this.heart = new Thread(this::run, "tollgate-heartbeat");
        heart.setDaemon(true);
        heart.start();
        threads.setRemoveOnCancelPolicy(true);
        threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        every(FORGETS_EVERY, this::forget);
    }

    private static ThreadFactory daemons() {
        CustomizableThreadFactory daemons = new CustomizableThreadFactory("tollgate-shared-");
        daemons.setDaemon(true);
        return daemons;
    }

    /** Buckets of keys that nobody has used for a day are full again. */
    private void forget() {
        try {
            database.inTransaction(sql -> sql.update("DELETE FROM " + database.table("SharedBuckets") + " WHERE Keyed = 1 AND ChangedAt < ?",
                    clock.instant().minus(Duration.ofDays(1)).toEpochMilli()));
        } catch (DatabaseAwayException away) {
            LOG.debug("Nothing forgotten", away);
        }
    }

    /**
     * Takes part.
     *
     * @param data the data directory
     * @throws dev.tollgate.settings.SettingException when that would harm the nodes that are there
     * @throws dev.tollgate.disk.FileInUseException   when another process has the data directory
     */
    static Cluster join(ClusterProperties properties, ClusterDatabase database, MasterKeys keys, Path data, String version)
            throws IOException {
        FileOwner owner = FileOwner.claim(data.resolve("node.id"));
        try {
            long epoch = new ClusterNodes(database).join(properties.node(), dataId(data.resolve("node.id")), properties.deadAfter(),
                    version, keys);
            Cluster cluster = new Cluster(properties, database, owner, epoch);
            LOG.info("This is node {}, started for the {}. time; nodes: {}", cluster.id, epoch,
                    cluster.nodes.stream().map(node -> node.id() + " " + node.state().name().toLowerCase()).toList());
            Kind.own().forEach(own -> LOG.warn("Not shared by the nodes: {}", own));
            return cluster;
        } catch (RuntimeException failed) {
            owner.close();
            throw failed;
        }
    }

    private static String dataId(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.writeString(OwnerOnly.file(file), UUID.randomUUID().toString());
        }
        return Files.readString(file).strip();
    }

    /** The name of this node. */
    public String id() {
        return id;
    }

    /** Grows with each start of this node. */
    public long epoch() {
        return epoch;
    }

    /** The database that all share. */
    public ClusterDatabase database() {
        return database;
    }

    /** What this node may do by itself while the database is away. */
    public ClusterProperties.Postures whenAway() {
        return properties.whenAway();
    }

    /** The database's clock, by which all nodes count. */
    public Clock clock() {
        return clock;
    }

    /** How far {@link #clock} may be from the database's. */
    public Duration clockError() {
        return clock.error();
    }

    /** The nodes as they were at the last heartbeat, this one among them. */
    public List<Node> nodes() {
        return nodes;
    }

    /** How many of them live, 1 or more. */
    public int live() {
        return (int) Math.max(1, nodes.stream().filter(node -> node.state() == Node.State.UP).count());
    }

    /** Whether this node may begin work that another one could take over. */
    public boolean mayWork() {
        return lost == null && System.nanoTime() - heardAt < properties.deadAfter().dividedBy(2).toNanos();
    }

    /**
     * Whether a node that is silent is dead, and not only slower to come back than this one after the database was away for all:
     * true when this one was heard for dead-after without a gap.
     */
    public boolean mayCountDead() {
        return mayWork() && System.nanoTime() - heardSince >= properties.deadAfter().toNanos();
    }

    /** Whether another process has this node's name since, or a later release the tables, so that nothing which this one holds counts. */
    boolean isReplaced() {
        return lost != null;
    }

    /** What keeps this node from working, as a sentence for an operator. */
    public Optional<String> trouble() {
        String why = lost;
        if (why != null) {
            return Optional.of(why);
        }
        return mayWork() ? Optional.empty() : Optional.of("Node " + id + " has not reached the database for half of"
                + " tollgate.cluster.dead-after and begins nothing that is shared. See to the way there.");
    }

    /** A count of calls that all nodes keep together, by its name. */
    public SharedCount count(String name) {
        return count(name, 0);
    }

    /** The same for each value of a key, of which so many may be counted in one period. */
    public SharedCount count(String name, int mostKeys) {
        return new QuotaRow(this, name, mostKeys);
    }

    /**
     * A token bucket that all nodes share.
     *
     * @param key   names it, at most 200 characters of ASCII
     * @param keyed whether it is one of many, to be forgotten when nobody has used it for a day
     * @param start what it is when no node has made it yet
     */
    public SharedBucket bucket(String key, boolean keyed, Supplier<BucketState> start) {
        return new BucketRow(this, key, keyed, start);
    }

    /** Whether that start of a node has said within {@link #SILENCE} that it lives. */
    boolean isHeard(String node, long start) {
        Instant since = clock.instant().minus(SILENCE);
        return nodes.stream().anyMatch(other -> other.id().equals(node) && other.epoch() == start && other.state() == Node.State.UP
                && other.seenAt().isAfter(since));
    }

    /** Whether that start of a node is known to be dead, left, or followed by a later one; of one that has just joined nothing is known yet. */
    boolean isOver(String node, long start) {
        return !(node.equals(id) && start == epoch) && nodes.stream().anyMatch(other -> other.id().equals(node)
                && (other.epoch() > start || other.epoch() == start && other.state() != Node.State.UP));
    }

    /** Does something on one of the few threads that may wait for the database. */
    void later(Duration delay, Runnable task) {
        threads.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Does something again and again on the same threads; an exception ends that. */
    public void every(Duration pause, Runnable task) {
        threads.scheduleWithFixedDelay(task, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A number that all nodes read every second, by its name. */
    public Revision revision(String name) {
        Revision revision = new Revision(database, name);
        afterBeat(revision::look);
        return revision;
    }

    /** Runs something after each heartbeat that was heard; it must be short. */
    public void afterBeat(Runnable listener) {
        listeners.add(listener);
    }

    /** Ends what {@link #afterBeat} began. */
    void noMore(Runnable listener) {
        listeners.remove(listener);
    }

    private void run() {
        while (!closed) {
            try {
                Thread.sleep(properties.heartbeat().toMillis());
            } catch (InterruptedException stopped) {
                continue; // by close, which has said so
            }
            if (!closed) {
                tell();
            }
        }
    }

    private void tell() {
        try {
            if (beat()) {
                listeners.forEach(Runnable::run);
            }
        } catch (DatabaseAwayException away) {
            LOG.debug("No heartbeat", away);
        } catch (RuntimeException unexpected) {
            LOG.error("The heartbeat failed in a way that nobody knows", unexpected);
        }
    }

    /** False when this node is no longer the one of its name. */
    private boolean beat() {
        long said = System.nanoTime();
        Optional<String> no = database.attempt(sql -> {
            if (!registry.beat(sql, id, epoch)) {
                return Optional.of(registry.lost(sql, id));
            }
            long asked = System.nanoTime();
            long now = registry.now(sql);
            clock.hear(now, asked, System.nanoTime());
            nodes = registry.all(sql, now);
            return Optional.empty();
        });
        if (no.isEmpty()) {
            if (heardSince == 0 || said - heardAt > properties.deadAfter().dividedBy(2).toNanos()) {
                heardSince = said;
            }
            heardAt = said;
        } else if (lost == null) {
            lost = no.get();
            LOG.error("{} This node begins nothing more.", lost);
        }
        return no.isEmpty();
    }

    /** Leaves, so that nobody waits for this node's death. */
    @Override
    public void close() throws IOException {
        closed = true;
        threads.shutdown();
        heart.interrupt();
        try {
            heart.join(Duration.ofSeconds(15).toMillis());
            registry.leave(id, epoch);
        } catch (DatabaseAwayException away) {
            LOG.info("The others are not told that node {} leaves: {}", id, away.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            dataDir.close();
        }
    }
}
