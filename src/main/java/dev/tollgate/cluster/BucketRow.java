package dev.tollgate.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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
 * A token bucket in one row of SharedBuckets, changed under its lock, by the database's time that is read with it.
 *
 * <p>A step is three round trips: the row and the time, the changed row, the commit; a look is one. The commit does not wait for the
 * disk where the engine lets a transaction say so: what a crash of the database forgets the next reading tells. A node that falls
 * silent while it holds the row loses it after {@link #LONGEST_SILENCE}, where the engine can do that.
 */
final class BucketRow implements SharedBucket {

    /** How long the row of a node may stay locked that does nothing, milliseconds. */
    private static final long LONGEST_SILENCE = 2000;
    private static final JsonCodec<SharedState> CODEC = new JsonCodec<>(SharedState.class);

    /** The row under its lock; state is null where there is none yet. */
    private record Locked(String state, long now) {
    }

    private final Cluster cluster;
    private final ClusterDatabase database;
    private final String key;
    private final boolean keyed;
    private final Supplier<BucketState> start;
    private final String lock;
    private final String table;

    /** @param start what the bucket is when no node has made it */
    BucketRow(Cluster cluster, String key, boolean keyed, Supplier<BucketState> start) {
        this.cluster = cluster;
        this.database = cluster.database();
        this.key = key;
        this.keyed = keyed;
        this.start = start;
        this.table = database.table("SharedBuckets");
        this.lock = database.isSqlServer()
                ? "UPDATE " + table + " SET Version = Version + 1 WHERE BucketKey = ?; SELECT State, " + database.now() + " FROM " + table
                        + " WHERE BucketKey = ?"
                : "SET LOCAL synchronous_commit = off; SET LOCAL idle_in_transaction_session_timeout = " + LONGEST_SILENCE
                        + "; SELECT State FROM " + table + " WHERE BucketKey = ? FOR UPDATE; SELECT " + database.now();
    }

    @Override
    public <R> R update(BiFunction<SharedState, Instant, Step<SharedState, R>> next) {
        if (cluster.isReplaced()) {
            throw new AwayException(new DatabaseAwayException("another process has this node's name", null));
        }
        try {
            return database.inTransaction(sql -> {
                Locked row = lock(sql);
                SharedState before = row.state == null ? new SharedState(start.get()) : decoded(row.state);
                Step<SharedState, R> step = next.apply(before, Instant.ofEpochMilli(row.now));
                String after = new String(CODEC.encode(step.state()), StandardCharsets.UTF_8);
                if (row.state == null) {
                    sql.update("INSERT INTO " + table + " (BucketKey, Version, State, Keyed, ChangedAt) VALUES (?, 1, ?, ?, ?)", key, after,
                            keyed ? 1 : 0, row.now);
                } else {
                    sql.update("UPDATE " + table + " SET Version = Version + 1, State = ?, ChangedAt = ? WHERE BucketKey = ?", after, row.now,
                            key);
                }
                return step.result();
            });
        } catch (DatabaseAwayException away) {
            throw new AwayException(away);
        }
    }

    /** One round trip: statements of one call are sent together. */
    private Locked lock(JdbcOperations sql) {
        return sql.execute(lock, (PreparedStatementCallback<Locked>) statement -> {
            statement.setString(1, key);
            if (database.isSqlServer()) {
                statement.setString(2, key);
            }
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
            return new Locked(state, now == 0 ? sql.queryForObject("SELECT " + database.now(), Long.class) : now);
        });
    }

    @Override
    public Optional<SharedState> look() {
        try {
            List<String> states = database.read(sql -> sql.queryForList("SELECT State FROM " + table + " WHERE BucketKey = ?", String.class, key));
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
