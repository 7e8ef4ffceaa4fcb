package dev.tollgate.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;

import dev.tollgate.disk.GroupCommit;
import dev.tollgate.quota.QuotaSettings;
import dev.tollgate.quota.QuotaState;
import dev.tollgate.quota.SharedCount;

/**
 * Calls of a period, counted by all nodes in one row of SharedQuotas, or in a row for each value of a key. Its name then ends in a
 * part of the key's SHA-256, and a row whose name ends in the slash before that counts the rows, which are deleted a period later.
 *
 * <p>One thread a node counts for all of its callers who come together, under the rows' locks, so that the database sees as many
 * transactions as there are nodes and not as there are callers. The day is the database's, read under those locks. A count whose
 * commit is not certain counts as made, and its call does not leave.
 */
final class QuotaRow implements SharedCount {

    private static final Logger LOG = LoggerFactory.getLogger(QuotaRow.class);
    /** The part of what is left that is counted for this node beforehand, where it may go on while the database is away. */
    private static final int PART = 20;
    private static final int KEPT_DAYS = 400;
    /** How far from midnight a call must be that is not counted under the row's lock, besides the clock's own error. */
    private static final Duration MARGIN = Duration.ofSeconds(1);
    /** Bytes of a hash in a row's name, so that it fits its 100 characters. */
    private static final int HASH = 16;
    /** The longest name that stands in a row's as it is. */
    private static final int LONGEST_NAME = 60;
    /** Counts that a node adds at its first start in one transaction. */
    private static final int ADDED_AT_ONCE = 500;
    /** Heartbeats between two sums over all values of a key. */
    private static final int SUM_EVERY = 10;

    /** One call that wants to be counted; one thread answers it. */
    private static final class Ask {

        private final String key;
        private final QuotaSettings settings;
        private volatile Word word = new Word.Unknown("the call could not be counted");

        Ask(String key, QuotaSettings settings) {
            this.key = key;
            this.settings = settings;
        }
    }

    /**
     * What one transaction counted of one key.
     *
     * @param state the count after it
     * @param calls of it those that were taken now
     */
    private record Taken(QuotaState state, int calls) {
    }

    /**
     * Calls that were counted for this node beforehand.
     *
     * @param counted the last count that was seen
     */
    private record Reserve(QuotaState counted, int calls) {
    }

    private final Cluster cluster;
    private final String name;
    private final int mostKeys;
    private final String table;
    private final GroupCommit<Ask> asks;
    /** By key, of one day; the counting thread's own, but for {@link #close}. Bound: the keys of that day. */
    private final Map<String, Reserve> reserves = new ConcurrentHashMap<>();
    private volatile LocalDate reservedOn = LocalDate.MIN;
    private Runnable look = () -> { };
    /** Of the heartbeat's thread. */
    private int beats;

    /** @param mostKeys values of the key that may be counted in one period; 0 for one count without a key */
    QuotaRow(Cluster cluster, String name, int mostKeys) {
        this.cluster = cluster;
        this.name = name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 2 * HASH) + hash(name);
        this.mostKeys = mostKeys;
        this.table = cluster.database().table("SharedQuotas");
        this.asks = new GroupCommit<>("tollgate-shared-" + name, this::answer);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256", e);
        }
    }

    private String row(String key) {
        return mostKeys == 0 ? name : name + "/" + hash(key);
    }

    @Override
    public Clock clock() {
        return cluster.clock();
    }

    @Override
    public Word take(String key, QuotaSettings settings) {
        Ask ask = new Ask(key, settings);
        try {
            GroupCommit.await(asks.submit(ask));
        } catch (IOException failed) {
            return new Word.Unknown("the call could not be counted: " + failed.getMessage());
        }
        return ask.word;
    }

    private void answer(List<Ask> batch) {
        QuotaSettings settings = batch.get(batch.size() - 1).settings;
        Map<String, List<Ask>> keys = batch.stream().collect(Collectors.groupingBy(ask -> ask.key, TreeMap::new, Collectors.toList()));
        try {
            Map<String, Taken> taken = count(settings, keys);
            keys.forEach((key, callers) -> tell(key, callers, taken.get(key)));
        } catch (DatabaseAwayException away) {
            LocalDate day = certainDay(settings);
            boolean may = cluster.mayWork() && day != null && day.equals(reservedOn);
            for (Ask ask : batch) {
                ask.word = may ? fromReserve(ask.key).orElse(unknown(away)) : unknown(away);
            }
        }
    }

    private void tell(String key, List<Ask> callers, Taken taken) {
        if (taken == null) {
            callers.forEach(caller -> caller.word = new Word.Full());
            return;
        }
        if (!reservedOn.equals(taken.state.day())) {
            reserves.clear();
            reservedOn = taken.state.day();
        }
        int left = taken.calls;
        for (Ask ask : callers) {
            if (left > 0) {
                left--;
                ask.word = new Word.Counted(taken.state);
            } else {
                ask.word = fromReserve(key).orElse(new Word.Spent(taken.state));
            }
        }
        int there = reserved(key) + left;
        if (there > 0) {
            reserves.put(key, new Reserve(taken.state, there));
        } else {
            reserves.remove(key);
        }
    }

    private static Word unknown(DatabaseAwayException away) {
        return new Word.Unknown("the call could not be counted with the other nodes: " + away.getMessage());
    }

    private int reserved(String key) {
        Reserve reserve = reserves.get(key);
        return reserve == null ? 0 : reserve.calls;
    }

    private Optional<Word> fromReserve(String key) {
        Reserve reserve = reserves.get(key);
        if (reserve == null || reserve.calls == 0) {
            return Optional.empty();
        }
        reserves.put(key, new Reserve(reserve.counted, reserve.calls - 1));
        return Optional.of(new Word.Counted(reserve.counted));
    }

    /** The day by the clock alone; null too near to its beginning or end. */
    private LocalDate certainDay(QuotaSettings settings) {
        Duration doubt = MARGIN.plus(cluster.clockError());
        Instant now = cluster.clock().instant();
        LocalDate day = settings.dayOf(now.minus(doubt));
        return day.equals(settings.dayOf(now.plus(doubt))) ? day : null;
    }

    /** @return by key; nothing of one for which there is no room */
    private Map<String, Taken> count(QuotaSettings settings, Map<String, List<Ask>> keys) {
        if (cluster.isReplaced()) {
            throw new DatabaseAwayException("another process has this node's name", null);
        }
        return cluster.database().inTransaction(sql -> {
            Map<String, Taken> taken = new TreeMap<>();
            lock(sql, settings, keys.keySet()).forEach((key, before) -> {
                int callers = keys.get(key).size();
                long room = Math.max(0, (long) settings.limit() - before.callsToday());
                int calls = (int) Math.min(room, callers + beforehand(key, before, room - callers));
                if (calls > 0) {
                    sql.update("UPDATE " + table + " SET Calls = Calls + ? WHERE Name = ? AND DayBegin = ?", calls, row(key),
                            before.day().toString());
                }
                taken.put(key, new Taken(new QuotaState(before.day(), before.callsToday() + calls), calls));
            });
            return taken;
        });
    }

    /** How many more calls to count now for later. */
    private long beforehand(String key, QuotaState before, long left) {
        if (cluster.whenAway().quota() != WhenAway.SHARE) {
            return 0;
        }
        int there = reservedOn.equals(before.day()) ? reserved(key) : 0;
        return Math.max(0, left / PART / cluster.live() - there);
    }

    /** The rows of the database's day, which nobody else changes before this transaction ends; of a key without room there is none. */
    private Map<String, QuotaState> lock(JdbcOperations sql, QuotaSettings settings, Set<String> keys) {
        LocalDate day = settings.dayOf(cluster.clock().instant());
        while (true) {
            String begin = day.toString();
            // First those that are there, in the same order at each node, then the new ones, one node after the other: no two wait for each other.
            List<String> unknown = keys.stream().sorted().filter(key -> sql.update("UPDATE " + table
                    + " SET Calls = Calls WHERE Name = ? AND DayBegin = ?", row(key), begin) == 0).toList();
            LocalDate today = day;
            Set<String> full = unknown.stream().filter(key -> !begin(sql, key, today)).collect(Collectors.toSet());
            LocalDate now = settings.dayOf(Instant.ofEpochMilli(sql.queryForObject("SELECT " + cluster.database().now(), Long.class)));
            if (now.equals(day)) {
                return keys.stream().filter(key -> !full.contains(key)).collect(Collectors.toMap(key -> key, key -> new QuotaState(now,
                        sql.queryForObject("SELECT Calls FROM " + table + " WHERE Name = ? AND DayBegin = ?", Integer.class, row(key), begin))));
            }
            day = now; // midnight passed while a row was waited for
        }
    }

    /** @return false where as many keys as may be have a row already */
    private boolean begin(JdbcOperations sql, String key, LocalDate day) {
        if (mostKeys > 0 && !countKey(sql, day)) {
            return false;
        }
        sql.update("INSERT INTO " + table + " (Name, DayBegin, Calls) VALUES (?, ?, 0)", row(key), day.toString());
        if (mostKeys == 0) {
            sql.update("DELETE FROM " + table + " WHERE Name = ? AND DayBegin < ?", name, day.minusDays(KEPT_DAYS).toString());
        }
        return true;
    }

    private boolean countKey(JdbcOperations sql, LocalDate day) {
        String counter = name + "/";
        if (sql.update("UPDATE " + table + " SET Calls = Calls + 1 WHERE Name = ? AND DayBegin = ? AND Calls < ?", counter, day.toString(),
                mostKeys) == 1) {
            return true;
        }
        if (sql.queryForObject("SELECT COUNT(*) FROM " + table + " WHERE Name = ? AND DayBegin = ?", Integer.class, counter, day.toString()) == 1) {
            return false;
        }
        sql.update("INSERT INTO " + table + " (Name, DayBegin, Calls) VALUES (?, ?, 1)", counter, day.toString());
        sql.update("DELETE FROM " + table + " WHERE Name LIKE ? AND DayBegin < ?", counter + "%", day.minusDays(1).toString());
        return true;
    }

    @Override
    public void giveBack(String key, QuotaState countedOn) {
        giveBack(Map.of(key, countedOn));
    }

    private void giveBack(Map<String, QuotaState> counted) {
        try {
            cluster.database().inTransaction(sql -> sql.batchUpdate("UPDATE " + table + " SET Calls = Calls - ? WHERE Name = ? AND DayBegin = ?"
                    + " AND Calls >= ?", counted.entrySet().stream().map(one -> new Object[] {one.getValue().callsToday(), row(one.getKey()),
                            one.getValue().day().toString(), one.getValue().callsToday()}).toList()));
        } catch (DatabaseAwayException away) {
            LOG.warn("Calls that were given back still count for {}: {}", name, away.getMessage());
        }
    }

    @Override
    public void add(Map<String, QuotaState> before, boolean certain, QuotaSettings settings) {
        LocalDate today = settings.dayOf(cluster.clock().instant());
        List<String> keys = before.keySet().stream().filter(key -> before.get(key).day().equals(today)).sorted().toList();
        int added = 0;
        for (int from = 0; from < keys.size(); from += ADDED_AT_ONCE) {
            Set<String> some = Set.copyOf(keys.subList(from, Math.min(keys.size(), from + ADDED_AT_ONCE)));
            added += cluster.database().inTransaction(sql -> lock(sql, settings, some).entrySet().stream()
                    .mapToInt(there -> add(sql, there.getKey(), before.get(there.getKey()), certain, there.getValue())).sum());
        }
        if (added > 0) {
            LOG.info("{} calls of {} that this node has counted alone are added to what all nodes have counted for {}", added, today, name);
        }
    }

    private int add(JdbcOperations sql, String key, QuotaState own, boolean certain, QuotaState there) {
        if (!there.day().equals(own.day()) || !certain && there.callsToday() > 0) {
            return 0;
        }
        sql.update("UPDATE " + table + " SET Calls = Calls + ? WHERE Name = ? AND DayBegin = ?", own.callsToday(), row(key), own.day().toString());
        return own.callsToday();
    }

    @Override
    public void late(String key, QuotaSettings settings) {
        try {
            cluster.database().inTransaction(sql -> lock(sql, settings, Set.of(key)).values().stream().mapToInt(now -> sql.update("UPDATE " + table
                    + " SET Calls = Calls + 1 WHERE Name = ? AND DayBegin = ? AND Calls < ?", row(key), now.day().toString(), settings.limit())).sum());
        } catch (DatabaseAwayException away) {
            LOG.warn("A call to {} that was under way at the end of its day does not count on the next: {}", name, away.getMessage());
        }
    }

    @Override
    public Optional<QuotaState> look(String key, QuotaSettings settings) {
        LocalDate day = settings.dayOf(cluster.clock().instant());
        try {
            return cluster.database().oneStatement(sql -> sql.queryForList("SELECT Calls FROM " + table + " WHERE Name = ? AND DayBegin = ?", Integer.class,
                    row(key), day.toString())).stream().findFirst().map(calls -> new QuotaState(day, calls));
        } catch (DatabaseAwayException away) {
            LOG.debug("Not seen", away);
            return Optional.empty();
        }
    }

    @Override
    public void watch(Supplier<QuotaSettings> settings, ObjIntConsumer<QuotaState> seen) {
        look = mostKeys == 0 ? () -> look("", settings.get()).ifPresent(state -> seen.accept(state, 0)) : () -> {
            if (beats++ % SUM_EVERY == 0) {
                sum(settings.get(), seen);
            }
        };
        cluster.afterBeat(look);
    }

    private void sum(QuotaSettings settings, ObjIntConsumer<QuotaState> seen) {
        String day = settings.dayOf(cluster.clock().instant()).toString();
        cluster.database().oneStatement(sql -> sql.queryForObject("SELECT COUNT(*), COALESCE(SUM(Calls), 0) FROM " + table
                + " WHERE Name LIKE ? AND DayBegin = ?", (row, number) -> {
                    seen.accept(new QuotaState(LocalDate.parse(day), (int) Math.min(Integer.MAX_VALUE, row.getLong(2))), row.getInt(1));
                    return true;
                }, name + "/_%", day));
    }

    @Override
    public void close() {
        cluster.noMore(look);
        asks.close();
        Map<String, QuotaState> left = reserves.entrySet().stream().filter(one -> one.getValue().calls > 0)
                .collect(Collectors.toMap(Map.Entry::getKey, one -> new QuotaState(reservedOn, one.getValue().calls), (one, same) -> one,
                        TreeMap::new));
        reserves.clear();
        if (!left.isEmpty()) {
            giveBack(left);
        }
    }
}
