package dev.tollgate.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.PreparedStatementCallback;

import dev.tollgate.budget.BucketState;
import dev.tollgate.queue.SharedBucket;
import dev.tollgate.queue.SharedState;
import dev.tollgate.settings.SettingException;
import dev.tollgate.store.JsonCodec;
import dev.tollgate.store.Step;

/**
 * A token bucket in one row of SharedBuckets, changed by the database's time that is read with it.
 *
 * <p>PostgreSQL: under the row's lock. A step is three round trips: the row and the time, the changed row, the commit; a look is one. The
 * commit does not wait for the disk: what a crash of the database forgets the next reading tells. A node that falls silent while it
 * holds the row loses it after {@link #LONGEST_SILENCE}.
 *
 * <p>SQL Server ends no silent transaction, so none is held open: a step is kept where the row has the version still that was read, and
 * made anew where it has not. Only nodes compete for a row: callers of one come one after the other.
 */
final class BucketRow implements SharedBucket {

    /** How long the row of a node may stay locked that does nothing, milliseconds. */
    private static final long LONGEST_SILENCE = 2000;
    private static final JsonCodec<SharedState> CODEC = new JsonCodec<>(SharedState.class);

    /** How often a step is made anew before the row counts as away: many times as often as nodes compete. */
    private static final int MOST_TRIES = 100;
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    /** The row; state is null where there is none yet, and the version counts where no lock is held. */
    private record Read(String state, long version, long now) {
    }

    private final Cluster cluster;
    private final ClusterDatabase database;
    private final String key;
    private final boolean keyed;
    private final Supplier<BucketState> start;
    private final String lock;
    private final String table;
    private final ReentrantLock steps = new ReentrantLock();

    /** @param start what the bucket is when no node has made it */
    BucketRow(Cluster cluster, String key, boolean keyed, Supplier<BucketState> start) {
        this.cluster = cluster;
        this.database = cluster.database();
        this.key = key;
        this.keyed = keyed;
        this.start = start;
        this.table = database.table("SharedBuckets");
        this.lock = "SET LOCAL synchronous_commit = off; SET LOCAL idle_in_transaction_session_timeout = " + LONGEST_SILENCE
                + "; SELECT State FROM " + table + " WHERE BucketKey = ? FOR UPDATE; SELECT " + database.now();
    }

    @Override
    public <R> R update(BiFunction<SharedState, Instant, Step<SharedState, R>> next) {
        if (cluster.isReplaced()) {
            throw new AwayException(new DatabaseAwayException("another process has this node's name", null));
        }
        try {
            return database.isSqlServer() ? byVersion(next) : underLock(next);
        } catch (DatabaseAwayException away) {
            throw new AwayException(away);
        }
    }

    private <R> R underLock(BiFunction<SharedState, Instant, Step<SharedState, R>> next) {
        return database.inTransaction(sql -> {
            Read row = lock(sql);
            Step<SharedState, R> step = step(next, row);
            if (row.state == null) {
                sql.update("INSERT INTO " + table + " (BucketKey, Version, State, Keyed, ChangedAt) VALUES (?, 1, ?, ?, ?)", key, text(step.state()),
                        keyed ? 1 : 0, row.now);
            } else {
                sql.update("UPDATE " + table + " SET Version = Version + 1, State = ?, ChangedAt = ? WHERE BucketKey = ?", text(step.state()),
                        row.now, key);
            }
            return step.result();
        });
    }

    private <R> R byVersion(BiFunction<SharedState, Instant, Step<SharedState, R>> next) {
        steps.lock();
        try {
            for (int tries = 1; tries <= MOST_TRIES; tries++) {
                Read row = database.oneStatement(this::versioned);
                Step<SharedState, R> step = step(next, row);
                if (database.oneStatement(sql -> keep(sql, row, step.state())) == 1) {
                    return step.result();
                }
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE));
            }
        } finally {
            steps.unlock();
        }
        throw new DatabaseAwayException("other nodes changed the bucket \"" + key + "\" each time before this one could", null);
    }

    private Read versioned(JdbcOperations sql) {
        return sql.queryForObject("SELECT b.State, b.Version, " + database.now() + " FROM (SELECT 1 AS Always) a LEFT JOIN " + table
                + " b ON b.BucketKey = ?", (row, number) -> new Read(row.getString(1), row.getLong(2), row.getLong(3)), key);
    }

    /** How many rows it was kept in: none where another node was faster. */
    private int keep(JdbcOperations sql, Read row, SharedState state) {
        return row.state == null
                ? sql.update("INSERT INTO " + table + " (BucketKey, Version, State, Keyed, ChangedAt) SELECT ?, 1, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM "
                        + table + " WHERE BucketKey = ?)", key, text(state), keyed ? 1 : 0, row.now, key)
                : sql.update("UPDATE " + table + " SET Version = Version + 1, State = ?, ChangedAt = ? WHERE BucketKey = ? AND Version = ?", text(state),
                        row.now, key, row.version);
    }

    private <R> Step<SharedState, R> step(BiFunction<SharedState, Instant, Step<SharedState, R>> next, Read row) {
        return next.apply(row.state == null ? new SharedState(start.get()) : decoded(row.state), Instant.ofEpochMilli(row.now));
    }

    private static String text(SharedState state) {
        return new String(CODEC.encode(state), StandardCharsets.UTF_8);
    }

    /** One round trip: statements of one call are sent together. */
    private Read lock(JdbcOperations sql) {
        return sql.execute(lock, (PreparedStatementCallback<Read>) statement -> {
            statement.setString(1, key);
            String state = null;
            long now = 0;
            boolean rows = statement.execute();
            while (rows || statement.getUpdateCount() != -1) {
                if (rows) {
                    try (ResultSet result = statement.getResultSet()) {
                        boolean first = result.next();
                        for (int column = 1; first && column <= result.getMetaData().getColumnCount(); column++) {
                            if (result.getMetaData().getColumnLabel(column).equalsIgnoreCase("State")) {
                                state = result.getString(column);
                            } else {
                                now = result.getLong(column);
                            }
                        }
                    }
                }
                rows = statement.getMoreResults();
            }
            return new Read(state, 0, now);
        });
    }

    @Override
    public Optional<SharedState> look() {
        try {
            List<String> states = database.oneStatement(sql -> sql.queryForList("SELECT State FROM " + table + " WHERE BucketKey = ?", String.class, key));
            return states.stream().findFirst().map(this::decoded);
        } catch (DatabaseAwayException away) {
            throw new AwayException(away);
        }
    }

    private SharedState decoded(String state) {
        try {
            return CODEC.decode(state.getBytes(StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new SettingException("The row \"" + key + "\" of SharedBuckets cannot be read: another release has written it, or a hand.",
                    "Start the release that the other nodes run; or stop all of them and delete the row, and the bucket begins anew.", unreadable);
        }
    }

    @Override
    public boolean isAway() {
        return database.isAway() || cluster.isReplaced();
    }

    @Override
    public boolean mayShare() {
        return !cluster.isReplaced() && cluster.whenAway().pacing() == WhenAway.SHARE;
    }

    @Override
    public InstantSource clock() {
        return cluster.clock();
    }

    @Override
    public int nodes() {
        return cluster.live();
    }

    @Override
    public String node() {
        return cluster.id();
    }

    @Override
    public long epoch() {
        return cluster.epoch();
    }

    @Override
    public boolean isHeard(String node, long epoch) {
        return cluster.isHeard(node, epoch);
    }

    @Override
    public boolean isOver(String node, long epoch) {
        return cluster.isOver(node, epoch);
    }

    @Override
    public void later(Duration delay, Runnable task) {
        cluster.later(delay, task);
    }
}
