package dev.tollgate.ledger;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;

import dev.tollgate.cluster.Cluster;
import dev.tollgate.cluster.DatabaseAwayException;
import dev.tollgate.cluster.Node;
import dev.tollgate.cluster.WhenAway;
import dev.tollgate.disk.GroupCommit;

/**
 * What calls in flight may use of a token's limit, in the table SharedHolds, for all nodes together: a call is admitted while what
 * is booked and what is held stay under the limit. A hold has the id of its call and goes in the very transaction that books the
 * call, so that its tokens count once at every moment. One thread a node asks for all of its callers who come together, under the
 * lock of the token's row in SharedBudgets.
 *
 * <p>Where a node may go on while the database is away ({@code tollgate.cluster.when-away.budget: share}) it holds a part of what
 * is left beforehand: half of it, divided by the living nodes. The others count it as held, so that all together stay under the
 * limit. The holds of a node that died are released by any other.
 */
final class SharedHolds implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedHolds.class);
    private static final String SHARE = "share:";
    /** Of what is left, the part that all nodes together hold beforehand. */
    private static final int PART = 2;
    /** Tokens for which a share is held beforehand. */
    private static final int MOST_SHARES = 500;
    /** Releases that wait for the database; of more, the holds end with their lease. */
    private static final int MOST_WAITING = 10_000;
    private static final int RELEASED_AT_ONCE = 1_000;
    private static final int INHERITED_AT_ONCE = 200;
    private static final Duration BUSY = Duration.ofSeconds(2);

    /** What became of a call that asks for its tokens. */
    enum Word {
        /** They are held. */
        HELD,
        /** Nothing is left. */
        FULL,
        /** The database is away, and what this node held beforehand is used. */
        UNKNOWN
    }

    /** One call that asks for its tokens; one thread answers it. */
    private static final class Ask {

        private final Reservation wanted;
        private final long limit;
        private volatile Word word = Word.UNKNOWN;

        Ask(Reservation wanted, long limit) {
            this.wanted = wanted;
            this.limit = limit;
        }
    }

    /** A hold of another node, or of this one before it was started again. */
    private record Left(String id, long tokenId, long tokens, String node, long epoch) {

        boolean isShare() {
            return id.startsWith(SHARE);
        }
    }

    private record Drawn(HeldShare share, long estimate) {
    }

    private final Cluster cluster;
    private final Duration lease;
    private final LongUnaryOperator spooled;
    private final String budgets;
    private final String holds;
    private final String nodes;
    private final String summary;
    private final GroupCommit<Ask> asks;
    /** Holds in the database whose call is not paid. Bound: calls in flight. */
    private final Map<String, Long> open = new ConcurrentHashMap<>();
    /** Calls that live on a share. Bound: calls in flight. */
    private final Map<String, Drawn> drawn = new ConcurrentHashMap<>();
    /** Holds to be released. Bound: {@value #MOST_WAITING}. */
    private final Set<String> over = ConcurrentHashMap.newKeySet();
    /** By token. Bound: {@value #MOST_SHARES}. */
    private final Map<Long, HeldShare> shares = new ConcurrentHashMap<>();
    /** Held while shares change, in the database and here. */
    private final ReentrantLock sharing = new ReentrantLock();
    private volatile boolean ready;

    /**
     * @param lease   how long an unsettled hold counts
     * @param spooled tokens of a token that are paid and not in the database yet
     */
    SharedHolds(Cluster cluster, LedgerTables tables, Duration lease, LongUnaryOperator spooled) {
        this.cluster = cluster;
        this.lease = lease;
        this.spooled = spooled;
        this.budgets = cluster.database().table("SharedBudgets");
        this.holds = cluster.database().table("SharedHolds");
        this.nodes = cluster.database().table("ClusterNodes");
        this.summary = tables.usageSummary();
        this.asks = new GroupCommit<>("tollgate-shared-budgets", this::answer);
        cluster.afterBeat(this::tidy);
    }

    /** The table, from which a booking deletes its hold. */
    String table() {
        return holds;
    }

    /**
     * Holds what a call may use, under the limit of all nodes.
     *
     * @return what became of it
     */
    Word hold(Reservation wanted, long limit) {
        Ask ask = new Ask(wanted, limit);
        try {
            GroupCommit.await(asks.submit(ask));
        } catch (IOException failed) {
            LOG.warn("Call {} is not admitted: {}", wanted.id(), failed.getMessage());
        }
        return ask.word;
    }

    /** The call is paid, and its usage on its way to the database, which ends the hold. */
    void paid(String callId, long tokens) {
        open.remove(callId);
        Drawn share = drawn.remove(callId);
        if (share != null) {
            share.share.used(share.estimate, tokens);
        }
    }

    /** The call is over. A hold whose call was not paid goes with the next heartbeat. */
    void settle(String callId) {
        Drawn share = drawn.remove(callId);
        if (share != null) {
            share.share.used(share.estimate, 0);
            release(callId); // its hold may have been committed all the same
        }
        if (open.remove(callId) != null) {
            release(callId);
        }
    }

    /** No booking will end it. */
    void release(String callId) {
        if (over.size() < MOST_WAITING) {
            over.add(callId);
        }
    }

    private void answer(List<Ask> batch) {
        Map<Long, List<Ask>> tokens = batch.stream().collect(Collectors.groupingBy(ask -> ask.wanted.tokenId(), TreeMap::new, Collectors.toList()));
        Map<Long, Long> next = new TreeMap<>();
        sharing.lock();
        try {
            Set<String> held = cluster.database().inTransaction(sql -> {
                next.clear();
                return tokens.entrySet().stream().flatMap(one -> admit(sql, one.getKey(), one.getValue(), next).stream()).collect(Collectors.toSet());
            });
            next.forEach((token, share) -> shares.get(token).be(share));
            for (Ask ask : batch) {
                boolean admitted = held.contains(ask.wanted.id());
                if (admitted) {
                    open.put(ask.wanted.id(), ask.wanted.tokenId());
                }
                ask.word = admitted ? Word.HELD : Word.FULL;
            }
        } catch (DatabaseAwayException away) {
            next.forEach((token, share) -> shares.get(token).mayBe(share));
            batch.forEach(this::fromShare);
        } finally {
            sharing.unlock();
        }
    }

    private void fromShare(Ask ask) {
        HeldShare share = shares.get(ask.wanted.tokenId());
        boolean may = share != null && cluster.mayWork() && cluster.whenAway().budget() == WhenAway.SHARE;
        if (may && share.draw(ask.wanted.tokens())) {
            drawn.put(ask.wanted.id(), new Drawn(share, ask.wanted.tokens()));
            ask.word = Word.HELD;
        } else {
            release(ask.wanted.id());
        }
    }

    private List<String> admit(JdbcOperations sql, long token, List<Ask> callers, Map<Long, Long> next) {
        if (sql.update("UPDATE " + budgets + " SET Turn = Turn + 1 WHERE TokenID = ?", token) == 0) {
            sql.update("INSERT INTO " + budgets + " (TokenID, Turn) VALUES (?, 1)", token);
        }
        long now = sql.queryForObject("SELECT " + cluster.database().now(), Long.class);
        HeldShare share = share(token, callers.get(callers.size() - 1).limit);
        boolean mine = share != null && !share.isOpen(spooled.applyAsLong(token));
        // First what is held, then what is booked: a call that is booked in between counts twice, and never not at all.
        long held = held(sql, token, mine ? shareId(token) : "");
        long spent = used(sql, token) + held;
        List<String> in = new ArrayList<>();
        for (Ask ask : callers) {
            if (spent < ask.limit) {
                insert(sql, ask.wanted.id(), token, ask.wanted.tokens(), now + lease.toMillis());
                spent += ask.wanted.tokens();
                in.add(ask.wanted.id());
            }
        }
        if (mine) {
            next.put(token, keepBeforehand(sql, token, share, Math.max(0, share.limit() - spent)));
        }
        return in;
    }

    private long held(JdbcOperations sql, long token, String except) {
        return sql.queryForObject("SELECT COALESCE(SUM(Tokens), 0) FROM " + holds + " WHERE TokenID = ? AND HoldID <> ?", Long.class, token,
                except);
    }

    private long used(JdbcOperations sql, long token) {
        return sql.queryForList("SELECT COALESCE(TotalUsedTokens, 0) FROM " + summary + " WHERE SummaryID = (SELECT MIN(o.SummaryID) FROM "
                + summary + " o WHERE o.TokenID = ?)", Long.class, token).stream().findFirst().orElse(0L);
    }

    /** Null where none is held beforehand. */
    private HeldShare share(long token, long limit) {
        if (cluster.whenAway().budget() != WhenAway.SHARE) {
            return null;
        }
        HeldShare share = shares.get(token);
        if (share == null && shares.size() >= MOST_SHARES) {
            return null;
        }
        if (share == null) {
            share = new HeldShare();
            shares.put(token, share);
        }
        share.ask(limit);
        return share;
    }

    /** Written where it has become more than is left, or is far from what it should be; which spares most calls a row. */
    private long keepBeforehand(JdbcOperations sql, long token, HeldShare share, long left) {
        long before = share.tokens();
        long next = left / PART / cluster.live();
        boolean near = !share.isUnsure() && before <= left && next * 3 >= before * 2 && next * 2 <= before * 3;
        return near ? before : keep(sql, token, next);
    }

    private long keep(JdbcOperations sql, long token, long next) {
        String id = shareId(token);
        if (next == 0) {
            sql.update("DELETE FROM " + holds + " WHERE HoldID = ?", id);
        } else if (sql.update("UPDATE " + holds + " SET Tokens = ? WHERE HoldID = ?", next, id) == 0) {
            insert(sql, id, token, next, Long.MAX_VALUE);
        }
        return next;
    }

    private void insert(JdbcOperations sql, String id, long token, long tokens, long endsAt) {
        sql.update("INSERT INTO " + holds + " (HoldID, TokenID, Tokens, NodeID, Epoch, EndsAt) VALUES (?, ?, ?, ?, ?, ?)", id, token, tokens,
                cluster.id(), cluster.epoch(), endsAt);
    }

    private String shareId(long token) {
        return SHARE + token + ":" + cluster.epoch() + ":" + cluster.id();
    }

    /** What an earlier process has left in its journal is counted: from now on what it held can go when that is booked. */
    void begin() {
        ready = true;
    }

    /** After each heartbeat: what nobody needs any more, here and of nodes that are dead. */
    private void tidy() {
        List<String> ended = over.stream().limit(RELEASED_AT_ONCE).toList();
        if (!ended.isEmpty()) {
            cluster.database().inTransaction(sql -> sql.batchUpdate("DELETE FROM " + holds + " WHERE HoldID = ?",
                    ended.stream().map(id -> new Object[] {id}).toList()));
            ended.forEach(over::remove);
        }
        shares.forEach(this::adjust);
        inherit();
    }

    /** A share that stands still would keep the last tokens of a limit from the others. */
    private void adjust(long token, HeldShare share) {
        if (!share.isLeftAloneFor(BUSY) || !sharing.tryLock()) {
            return; // calls are asking, which does the same
        }
        try {
            if ((share.tokens() > 0 || share.isUnsure()) && !share.isOpen(spooled.applyAsLong(token))) {
                adjustNow(token, share);
            }
            if (share.tokens() == 0 && !share.isUnsure() && share.isIdle()) {
                shares.remove(token, share);
            }
        } finally {
            sharing.unlock();
        }
    }

    private void adjustNow(long token, HeldShare share) {
        long[] next = {share.tokens()};
        try {
            cluster.database().inTransaction(sql -> next[0] = adjusted(sql, token, share));
            share.be(next[0]);
        } catch (DatabaseAwayException away) {
            share.mayBe(next[0]);
            throw away;
        }
    }

    private long adjusted(JdbcOperations sql, long token, HeldShare share) {
        sql.update("UPDATE " + budgets + " SET Turn = Turn + 1 WHERE TokenID = ?", token);
        long held = held(sql, token, shareId(token));
        long left = share.isIdle() ? 0 : Math.max(0, share.limit() - used(sql, token) - held);
        return keepBeforehand(sql, token, share, left);
    }

    /** Holds of nodes that are dead, and of this one before it was started again, and what has outlived its lease. */
    private void inherit() {
        List<Left> left = cluster.database().inTransaction(sql -> sql.query("SELECT HoldID, TokenID, Tokens, NodeID, Epoch FROM " + holds
                + " WHERE NodeID <> ? OR Epoch <> ? OR EndsAt < " + cluster.database().now(), (row, n) -> new Left(row.getString(1),
                row.getLong(2), row.getLong(3), row.getString(4), row.getLong(5)), cluster.id(), cluster.epoch()));
        Map<String, Node> known = cluster.nodes().stream().collect(Collectors.toMap(Node::id, node -> node));
        for (Left hold : left.subList(0, Math.min(left.size(), INHERITED_AT_ONCE))) {
            boolean own = hold.node.equals(cluster.id());
            Node node = known.get(hold.node);
            boolean dead = own ? hold.epoch < cluster.epoch() && ready && spooled.applyAsLong(hold.tokenId) == 0
                    : (node == null || node.state() != Node.State.UP) && cluster.mayCountDead();
            int rows = cluster.database().inTransaction(sql -> !dead ? deleteEnded(sql, hold) : own
                    ? sql.update("DELETE FROM " + holds + " WHERE HoldID = ?", hold.id) : deleteOfTheDead(sql, hold));
            if (rows == 1 && dead && !hold.isShare()) {
                LOG.warn("Call {} was cut off with node {}; up to {} tokens of token {} may not be accounted for", hold.id, hold.node,
                        hold.tokens, hold.tokenId);
            }
        }
    }

    private int deleteEnded(JdbcOperations sql, Left hold) {
        return sql.update("DELETE FROM " + holds + " WHERE HoldID = ? AND EndsAt < " + cluster.database().now(), hold.id);
    }

    /** Unless it is back meanwhile. A share stays longer by a lease: a node that was only cut off may have used it. */
    private int deleteOfTheDead(JdbcOperations sql, Left hold) {
        return sql.update("DELETE FROM " + holds + " WHERE HoldID = ? AND NOT EXISTS (SELECT 1 FROM " + nodes + " n WHERE n.NodeID = ?"
                + " AND n.State = 'up' AND n.SeenAt + n.DeadAfter + ? >= " + cluster.database().now() + ")", hold.id, hold.node,
                hold.isShare() ? lease.toMillis() : 0L);
    }

    @Override
    public void close() {
        asks.close();
    }
}
