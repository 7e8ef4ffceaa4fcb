package dev.tollgate.cluster;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;

import dev.tollgate.disk.GroupCommit;
import dev.tollgate.quota.QuotaSettings;
import dev.tollgate.quota.QuotaState;
import dev.tollgate.quota.SharedCount;

/**
 * Calls of a period, counted by all nodes in one row of SharedQuotas.
 *
 * <p>One thread a node counts for all of its callers who come together, under the row's lock, so that the database sees as many
 * transactions as there are nodes and not as there are callers. The day is the database's, read under that lock. A count whose
 * commit is not certain counts as made, and its call does not leave.
 */
final class QuotaRow implements SharedCount {

    private static final Logger LOG = LoggerFactory.getLogger(QuotaRow.class);
    /** The part of what is left that is counted for this node beforehand, where it may go on while the database is away. */
    private static final int PART = 20;
    private static final int KEPT_DAYS = 400;
    /** How far from midnight a call must be that is not counted under the row's lock, besides the clock's own error. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    /** One call that wants to be counted; one thread answers it. */
    private static final class Ask {

        private final QuotaSettings settings;
        private volatile Word word = new Word.Unknown("the call could not be counted");

        Ask(QuotaSettings settings) {
            this.settings = settings;
        }
    }

    /**
     * What one transaction counted.
     *
     * @param state the count after it
     * @param calls of it those that were taken now
     */
    private record Taken(QuotaState state, int calls) {
    }

    private final Cluster cluster;
    private final String name;
    private final String table;
    private final GroupCommit<Ask> asks;
    /** Counted for this node, not used yet; the counting thread's own, but for {@link #close}. */
    private QuotaState reserve = new QuotaState(LocalDate.MIN, 0);
    private Runnable look = () -> { };
    /** The last count that was seen. */
    private volatile QuotaState last = new QuotaState(LocalDate.MIN, 0);

    QuotaRow(Cluster cluster, String name) {
        this.cluster = cluster;
        this.name = name;
        this.table = cluster.database().table("SharedQuotas");
        this.asks = new GroupCommit<>("tollgate-shared-" + name, this::answer);
    }

    @Override
    public Clock clock() {
        return cluster.clock();
    }

    @Override
    public Word take(QuotaSettings settings) {
        Ask ask = new Ask(settings);
        try {
            GroupCommit.await(asks.submit(ask));
        } catch (IOException failed) {
            return new Word.Unknown("the call could not be counted: " + failed.getMessage());
        }
        return ask.word;
    }

    private void answer(List<Ask> batch) {
        QuotaSettings settings = batch.get(batch.size() - 1).settings;
        try {
            Taken taken = count(settings, batch.size());
            last = taken.state;
            if (!reserve.day().equals(taken.state.day())) {
                reserve = new QuotaState(taken.state.day(), 0);
            }
            int left = taken.calls;
            for (Ask ask : batch) {
                if (left > 0) {
                    left--;
                    ask.word = new Word.Counted(taken.state);
                } else {
                    ask.word = fromReserve().orElse(new Word.Spent(taken.state));
                }
            }
            reserve = new QuotaState(reserve.day(), reserve.callsToday() + left);
        } catch (DatabaseAwayException away) {
            LocalDate day = certainDay(settings);
            for (Ask ask : batch) {
                ask.word = cluster.mayWork() && day != null && day.equals(reserve.day()) ? fromReserve().orElse(unknown(away)) : unknown(away);
            }
        }
    }

    private Word unknown(DatabaseAwayException away) {
        return new Word.Unknown("the call could not be counted with the other nodes: " + away.getMessage());
    }

    private Optional<Word> fromReserve() {
        if (reserve.callsToday() == 0) {
            return Optional.empty();
        }
        reserve = reserve.givenBack(reserve.day());
        return Optional.of(new Word.Counted(last.day().equals(reserve.day()) ? last : new QuotaState(reserve.day(), 1)));
    }

    /** The day by the clock alone; null too near to its beginning or end. */
    private LocalDate certainDay(QuotaSettings settings) {
        Duration doubt = MARGIN.plus(cluster.clockError());
        Instant now = cluster.clock().instant();
        LocalDate day = settings.dayOf(now.minus(doubt));
        return day.equals(settings.dayOf(now.plus(doubt))) ? day : null;
    }

    private Taken count(QuotaSettings settings, int callers) {
        if (cluster.isReplaced()) {
            throw new DatabaseAwayException("another process has this node's name", null);
        }
        return cluster.database().inTransaction(sql -> {
            QuotaState before = lock(sql, settings);
            long room = Math.max(0, (long) settings.limit() - before.callsToday());
            int calls = (int) Math.min(room, (long) callers + beforehand(before, room - callers));
            if (calls > 0) {
                sql.update("UPDATE " + table + " SET Calls = Calls + ? WHERE Name = ? AND DayBegin = ?", calls, name, before.day().toString());
            }
            return new Taken(new QuotaState(before.day(), before.callsToday() + calls), calls);
        });
    }

    /** How many more calls to count now for later. */
    private long beforehand(QuotaState before, long left) {
        if (cluster.whenAway().quota() != WhenAway.SHARE) {
            return 0;
        }
        int there = reserve.day().equals(before.day()) ? reserve.callsToday() : 0;
        return Math.max(0, left / PART / cluster.live() - there);
    }

    /** The row of the database's day, which nobody else changes before this transaction ends. */
    private QuotaState lock(JdbcOperations sql, QuotaSettings settings) {
        LocalDate day = settings.dayOf(cluster.clock().instant());
        while (true) {
            if (sql.update("UPDATE " + table + " SET Calls = Calls WHERE Name = ? AND DayBegin = ?", name, day.toString()) == 0) {
                sql.update("INSERT INTO " + table + " (Name, DayBegin, Calls) VALUES (?, ?, 0)", name, day.toString());
                sql.update("DELETE FROM " + table + " WHERE Name = ? AND DayBegin < ?", name, day.minusDays(KEPT_DAYS).toString());
            }
            LocalDate now = settings.dayOf(Instant.ofEpochMilli(sql.queryForObject("SELECT " + cluster.database().now(), Long.class)));
            if (now.equals(day)) {
                return new QuotaState(day, sql.queryForObject("SELECT Calls FROM " + table + " WHERE Name = ? AND DayBegin = ?",
                        Integer.class, name, day.toString()));
            }
            day = now; // midnight passed while the row was waited for
        }
    }

    @Override
    public void giveBack(QuotaState countedOn) {
        try {
            cluster.database().inTransaction(sql -> back(sql, countedOn));
        } catch (DatabaseAwayException away) {
            LOG.warn("A call that was given back still counts for {}: {}", name, away.getMessage());
        }
    }

    private int back(JdbcOperations sql, QuotaState counted) {
        return sql.update("UPDATE " + table + " SET Calls = Calls - ? WHERE Name = ? AND DayBegin = ? AND Calls >= ?",
                counted.callsToday(), name, counted.day().toString(), counted.callsToday());
    }

    @Override
    public void add(QuotaState before, boolean certain, QuotaSettings settings) {
        int added = cluster.database().inTransaction(sql -> {
            QuotaState all = lock(sql, settings);
            if (!all.day().equals(before.day()) || !certain && all.callsToday() > 0) {
                return 0;
            }
            return sql.update("UPDATE " + table + " SET Calls = Calls + ? WHERE Name = ? AND DayBegin = ?", before.callsToday(), name,
                    before.day().toString());
        });
        if (added > 0) {
            LOG.info("{} calls of {} that this node has counted alone are added to what all nodes have counted for {}",
                    before.callsToday(), before.day(), name);
        }
    }

    @Override
    public void late(QuotaSettings settings) {
        try {
            cluster.database().inTransaction(sql -> sql.update("UPDATE " + table + " SET Calls = Calls + 1 WHERE Name = ? AND DayBegin = ?"
                    + " AND Calls < ?", name, lock(sql, settings).day().toString(), settings.limit()));
        } catch (DatabaseAwayException away) {
            LOG.warn("A call to {} that was under way at the end of its day does not count on the next: {}", name, away.getMessage());
        }
    }

    @Override
    public void watch(Supplier<QuotaSettings> settings, Consumer<QuotaState> seen) {
        look = () -> {
            LocalDate day = settings.get().dayOf(cluster.clock().instant());
            List<Integer> calls = cluster.database().attempt(sql -> sql.queryForList("SELECT Calls FROM " + table
                    + " WHERE Name = ? AND DayBegin = ?", Integer.class, name, day.toString()));
            if (!calls.isEmpty()) {
                seen.accept(new QuotaState(day, calls.get(0)));
            }
        };
        cluster.afterBeat(look);
    }

    @Override
    public void close() {
        cluster.noMore(look);
        asks.close();
        if (reserve.callsToday() > 0) {
            giveBack(reserve);
            reserve = new QuotaState(reserve.day(), 0);
        }
    }
}
