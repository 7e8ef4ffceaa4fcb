package dev.tollgate.xai;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

import org.springframework.jdbc.core.JdbcOperations;

import dev.tollgate.cluster.Cluster;
import dev.tollgate.cluster.DatabaseAwayException;
import dev.tollgate.gateway.KeyText;
import dev.tollgate.verdict.VerdictKey;

/**
 * Verdicts and flights that all nodes share: a question is asked once, and the first verdict is everybody's.
 *
 * <p>Of each node one caller at most comes here with a question, the leader of its flight there. A flight is void with its node,
 * which others notice when that has been silent for dead-after or was started anew, and after the time that a flight may take.
 * A leader that was only paused lands late and takes over the verdict that is there.
 */
final class SharedVerdicts {

    /** What a leader finds. */
    sealed interface Found {

        /** @param verdict that was paid for at some node */
        record Known(boolean verdict) implements Found {
        }

        /** This node is to ask. */
        record Lead() implements Found {
        }

        /** @param node that has been asking for longer than a caller waits */
        record StillAsked(String node) implements Found {
        }
    }

    private static final Duration FIRST_LOOK = Duration.ofMillis(50);
    private static final Duration LONGEST_LOOK = Duration.ofMillis(500);
    private static final int MOST_UNTOLD = 10_000;
    private static final int TOLD_AT_ONCE = 20;

    /** The flight of a question, and until when it holds. */
    private record Flight(String node, long epoch, long until, boolean isVoid) {
    }

    private final Cluster cluster;
    private final String verdicts;
    private final String flights;
    private final String nodes;
    private final Duration patience;
    private final Optional<Duration> timeToLive;
    /** Flights of this node. Bound: those of this node's own flights, one each. */
    private final Map<String, Boolean> held = new ConcurrentHashMap<>();
    /** Verdicts that came while the database was away. Bound: {@link #MOST_UNTOLD}; of more, other nodes ask again. */
    private final Map<String, Boolean> untold = new ConcurrentHashMap<>();

    /**
     * @param patience   how long a caller waits, and a flight may take
     * @param timeToLive age at which a verdict is asked for again; empty: never
     */
    SharedVerdicts(Cluster cluster, Duration patience, Optional<Duration> timeToLive) {
        this.cluster = cluster;
        this.verdicts = cluster.database().table("SharedVerdicts");
        this.flights = cluster.database().table("SharedFlights");
        this.nodes = cluster.database().table("ClusterNodes");
        this.patience = patience;
        this.timeToLive = timeToLive;
    }

    /** Waits until the question is answered, or this node is to ask it. While the database is away, it is: the quota then decides. */
    Found board(String key) {
        long until = System.nanoTime() + patience.toNanos();
        Duration look = FIRST_LOOK;
        while (true) {
            try {
                Found found = cluster.database().inTransaction(sql -> look(sql, key));
                if (!(found instanceof Found.StillAsked) || System.nanoTime() - until >= 0) {
                    return found;
                }
            } catch (DatabaseAwayException away) {
                return new Found.Lead();
            }
            LockSupport.parkNanos(look.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                return new Found.StillAsked("another node, and the caller left");
            }
            look = look.multipliedBy(2).compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : look.multipliedBy(2);
        }
    }

    private Found look(JdbcOperations sql, String key) {
        String hash = KeyText.hash(key);
        long now = sql.queryForObject("SELECT " + cluster.database().now(), Long.class);
        Optional<Boolean> known = verdict(sql, hash, now);
        if (known.isPresent()) {
            return new Found.Known(known.get());
        }
        if (!cluster.mayWork()) {
            return new Found.StillAsked(cluster.id() + ", which has lost the others"); // they would not count with its flight
        }
        Optional<Flight> flight = flight(sql, hash, now);
        long until = now + patience.toMillis();
        boolean mine;
        if (flight.isEmpty()) {
            mine = sql.update("INSERT INTO " + flights + " (KeyHash, NodeID, Epoch, EndsAt) VALUES (?, ?, ?, ?)", hash, cluster.id(),
                    cluster.epoch(), until) == 1;
        } else {
            Flight other = flight.get();
            boolean own = other.node.equals(cluster.id()) && other.epoch == cluster.epoch(); // whose end was not heard
            mine = (own || other.isVoid) && sql.update("UPDATE " + flights + " SET NodeID = ?, Epoch = ?, EndsAt = ? WHERE KeyHash = ?"
                    + " AND NodeID = ? AND Epoch = ? AND EndsAt = ?", cluster.id(), cluster.epoch(), until, hash, other.node, other.epoch,
                    other.until) == 1;
        }
        if (mine) {
            return verdict(sql, hash, now).map(landed -> withoutFlight(sql, hash, landed)).orElseGet(() -> {
                held.put(key, true);
                return new Found.Lead();
            });
        }
        return new Found.StillAsked(flight.map(Flight::node).orElse("another node"));
    }

    /** The flight before this one landed, and was gone, between the look for its verdict and the look for itself. */
    private Found withoutFlight(JdbcOperations sql, String hash, boolean landed) {
        forget(sql, hash);
        return new Found.Known(landed);
    }

    private int forget(JdbcOperations sql, String hash) {
        return sql.update("DELETE FROM " + flights + " WHERE KeyHash = ? AND NodeID = ? AND Epoch = ?", hash, cluster.id(), cluster.epoch());
    }

    private Optional<Boolean> verdict(JdbcOperations sql, String hash, long now) {
        return sql.query("SELECT Verdict FROM " + verdicts + " WHERE KeyHash = ? AND JudgedAt > ?", (row, n) -> row.getInt(1) == 1, hash,
                oldest(now)).stream().findFirst();
    }

    private long oldest(long now) {
        return timeToLive.map(ttl -> now - ttl.toMillis()).orElse(Long.MIN_VALUE);
    }

    private Optional<Flight> flight(JdbcOperations sql, String hash, long now) {
        List<Flight> found = sql.query("SELECT f.NodeID, f.Epoch, f.EndsAt, n.Epoch, n.State, n.SeenAt + n.DeadAfter FROM " + flights
                + " f LEFT JOIN " + nodes + " n ON n.NodeID = f.NodeID WHERE f.KeyHash = ?", (row, n) -> {
                    boolean gone = row.getLong(2) != row.getLong(4) || !"up".equals(row.getString(5));
                    boolean silent = now > row.getLong(6) && cluster.mayCountDead(); // and not only slower to come back than this one
                    return new Flight(row.getString(1), row.getLong(2), row.getLong(3), gone || silent || now > row.getLong(3));
                }, hash);
        return found.stream().findFirst();
    }

    /**
     * Tells all of a verdict, and ends its flight.
     *
     * @return the one that all have: that of whoever was first
     */
    boolean land(String key, boolean verdict) {
        try {
            boolean all = tell(key, verdict);
            held.remove(key);
            return all;
        } catch (DatabaseAwayException away) {
            if (untold.size() < MOST_UNTOLD) {
                untold.put(key, verdict);
            }
            return verdict;
        }
    }

    private boolean tell(String key, boolean verdict) {
        return cluster.database().inTransaction(sql -> {
            String hash = KeyText.hash(key);
            long now = sql.queryForObject("SELECT " + cluster.database().now(), Long.class);
            if (timeToLive.isPresent()) {
                sql.update("DELETE FROM " + verdicts + " WHERE KeyHash = ? AND JudgedAt <= ?", hash, oldest(now));
            }
            Optional<Boolean> first = verdict(sql, hash, now);
            if (first.isEmpty()) {
                sql.update("INSERT INTO " + verdicts + " (KeyHash, KeyText, Verdict, JudgedAt) VALUES (?, ?, ?, ?)", hash, key,
                        verdict ? 1 : 0, now);
            }
            forget(sql, hash);
            return first.orElse(verdict);
        });
    }

    /** The flight brought no verdict: another one may ask. */
    void end(String key) {
        if (held.remove(key) == null) {
            return;
        }
        try {
            cluster.database().inTransaction(sql -> forget(sql, KeyText.hash(key)));
        } catch (DatabaseAwayException away) {
            return; // it ends by its time, or when this node asks again
        }
    }

    /**
     * After each heartbeat tells what could not be told before.
     *
     * @param adopted takes a verdict that is another one than was told here
     */
    void tellUntold(BiConsumer<VerdictKey, Boolean> adopted) {
        cluster.afterBeat(() -> untold.entrySet().stream().limit(TOLD_AT_ONCE).toList().forEach(entry -> {
            boolean all = tell(entry.getKey(), entry.getValue());
            untold.remove(entry.getKey(), entry.getValue());
            if (all != entry.getValue()) {
                adopted.accept(new VerdictKey(entry.getKey()), all);
            }
        }));
    }
}
