package dev.tollgate.ledger;

import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.database.Fault;
import dev.tollgate.database.TextWidths;

import static dev.tollgate.ledger.Parameters.number;

/**
 * Brings usages into the database: log rows, summaries and statuses in one transaction. The unique CallID makes a second
 * write of the same call harmless, so whoever does not know how a write ended may simply repeat it.
 */
final class UsageWriter {

    private static final Logger LOG = LoggerFactory.getLogger(UsageWriter.class);
    private static final int TRIES = 8;
    /** What meets other transactions so often is passed over and tried again later. */
    private static final int BUSY_TRIES = 4;
    /** Rows of one INSERT; the largest has 1,536 parameters, of the 2,100 that SQL Server takes. */
    private static final int[] ROWS = {64, 16, 4, 1};

    private final Transactions transactions;
    private final LedgerSql sql;
    private final Clock clock;
    /** The table of holds that end with a booking; null where there is one gateway. */
    private final String holds;
    private volatile Long ownRow;
    private volatile Runnable whenExceeded = () -> { };
    private volatile IntConsumer pause = UsageWriter::stepAside;

    UsageWriter(Transactions transactions, LedgerSql sql, Clock clock) {
        this(transactions, sql, clock, null);
    }

    UsageWriter(Transactions transactions, LedgerSql sql, Clock clock, String holds) {
        this.holds = holds;
        this.transactions = transactions;
        this.sql = sql;
        this.clock = clock;
    }

    void whenExceeded(Runnable listener) {
        whenExceeded = listener;
    }

    /** @param instead of the time that passes before a busy database is asked again; told how often it was. A test need not wait. */
    void pauseBy(IntConsumer instead) {
        pause = instead;
    }

    /**
     * What became of one usage.
     *
     * @param used the token's TotalUsedTokens as that transaction left it; none for the fallback key
     */
    record Written(Usage usage, Booking outcome, OptionalLong used) {
    }

    /**
     * All of them or none.
     *
     * @throws SQLException when the database is away, refuses one of the records, or stays busy; then nothing is certain
     */
    List<Written> write(List<Usage> usages, Posting posting) throws SQLException {
        if (usages.size() == 1) {
            return List.of(write(usages.get(0), posting));
        }
        List<Usage> rows = usages.stream().map(this::withRow).toList();
        try {
            return book(rows, requestIds(rows, Set.of()), posting);
        } catch (SQLException e) {
            if (Fault.of(e) != Fault.DUPLICATE) {
                throw e;
            }
            return writeUnknown(rows, posting);
        }
    }

    /** Without those that are in the database already, as after a crash, and with other request ids where those are taken. */
    private List<Written> writeUnknown(List<Usage> usages, Posting posting) throws SQLException {
        Set<String> calls = new HashSet<>();
        Set<String> requests = new HashSet<>();
        transactions.call(statements -> {
            Object[] ids = Stream.concat(usages.stream().map(Usage::callId), usages.stream().map(Usage::requestId)).toArray();
            try (var statement = statements.prepare(sql.findKnown(usages.size()), ids); var row = statement.executeQuery()) {
                while (row.next()) {
                    calls.add(row.getString(1));
                    requests.add(row.getString(2));
                }
            }
            return null;
        });
        Map<String, Usage> fresh = new LinkedHashMap<>();
        usages.stream().filter(usage -> !calls.contains(usage.callId())).forEach(usage -> fresh.putIfAbsent(usage.callId(), usage));
        List<Usage> rows = List.copyOf(fresh.values());
        List<Written> written = new ArrayList<>(rows.isEmpty() ? List.of() : book(rows, requestIds(rows, requests), posting));
        for (Usage usage : usages) {
            if (fresh.remove(usage.callId()) == null) {
                written.add(new Written(usage, Booking.ALREADY_BOOKED, used(usage.tokenId())));
            }
        }
        return written;
    }

    /** @throws SQLException when the database is away, refuses the record, or stays busy; then nothing is certain */
    Written write(Usage usage, Posting posting) throws SQLException {
        return writeRow(withRow(usage), posting);
    }

    private Usage withRow(Usage usage) {
        return usage.tokenId() == null && ownRow != null ? usage.paidBy(ownRow) : usage;
    }

    private Written writeRow(Usage usage, Posting posting) throws SQLException {
        int reused = 0;
        boolean summaryMissing = false;
        for (int tries = 1; ; tries++) {
            try {
                if (summaryMissing) {
                    createSummary(usage.tokenId());
                }
                return book(List.of(usage), List.of(requestId(usage, reused)), posting).get(0);
            } catch (SQLException e) {
                Fault fault = Fault.of(e);
                if (fault == Fault.DUPLICATE && isBooked(usage)) {
                    return new Written(usage, Booking.ALREADY_BOOKED, used(usage.tokenId()));
                }
                if (usage.tokenId() == null && Fault.isMissingValue(e)) {
                    ownRow = ownRow();
                    return writeRow(usage.paidBy(ownRow), posting);
                }
                summaryMissing = e instanceof NoSummary;
                boolean again = summaryMissing || fault == Fault.DUPLICATE || fault == Fault.BUSY;
                if (!again || tries == (fault == Fault.BUSY ? BUSY_TRIES : TRIES)) {
                    throw e;
                }
                if (fault == Fault.DUPLICATE) {
                    reused++;
                } else if (fault == Fault.BUSY) {
                    pause.accept(tries);
                }
            }
        }
    }

    /**
     * The row of TokenMaster for calls of the fallback key, where TokenUsageLogs of another program wants a token for each usage.
     * Its Status is one that no rule for companies' keys serves from.
     */
    private long ownRow() throws SQLException {
        return transactions.call(statements -> {
            OptionalLong there = findOwnRow(statements);
            if (there.isEmpty()) {
                statements.update(sql.insertOwnRow());
            }
            return there.isPresent() ? there.getAsLong() : findOwnRow(statements).orElseThrow();
        });
    }

    private OptionalLong findOwnRow(Transactions.Statements statements) throws SQLException {
        try (var statement = statements.prepare(sql.findOwnRow()); var row = statement.executeQuery()) {
            row.next();
            long id = row.getLong(1);
            return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(id);
        }
    }

    private List<Written> book(List<Usage> usages, List<String> requestIds, Posting posting) throws SQLException {
        List<Runnable> takeBack = new ArrayList<>();
        Map<Long, Sum> sums;
        try {
            sums = transactions.call(statements -> {
                insert(statements, usages, requestIds);
                Map<Long, Sum> added = addUp(statements, usages, posting, takeBack);
                endHolds(statements, usages);
                return added;
            });
        } catch (SQLException | RuntimeException e) {
            takeBack.forEach(Runnable::run);
            throw e;
        }
        if (sums.values().stream().anyMatch(Sum::exceeded)) {
            whenExceeded.run();
        }
        sums.forEach((token, sum) -> warn(sum));
        return usages.stream().map(usage -> new Written(usage, Booking.BOOKED, usage.tokenId() == null ? OptionalLong.empty()
                : OptionalLong.of(sums.get(usage.tokenId()).standing().used()))).toList();
    }

    private void endHolds(Transactions.Statements statements, List<Usage> usages) throws SQLException {
        if (holds != null) {
            for (int from = 0; from < usages.size(); from += ROWS[0]) {
                List<Usage> some = usages.subList(from, Math.min(usages.size(), from + ROWS[0]));
                statements.update("DELETE FROM " + holds + " WHERE HoldID IN (" + "CAST(? AS VARCHAR(128)), ".repeat(some.size() - 1)
                        + "CAST(? AS VARCHAR(128)))", some.stream().map(Usage::callId).toArray());
            }
        }
    }

    private void insert(Transactions.Statements statements, List<Usage> usages, List<String> requestIds) throws SQLException {
        int at = 0;
        for (int rows : ROWS) {
            for (; usages.size() - at >= rows; at += rows) {
                List<Object> parameters = new ArrayList<>();
                for (int i = at; i < at + rows; i++) {
                    parameters.addAll(row(usages.get(i), requestIds.get(i), sql.widths()));
                }
                statements.update(sql.insertLogs(rows), parameters.toArray());
            }
        }
    }

    /** The parameters of {@link LedgerSql#insertLog}. */
    static List<Object> row(Usage usage, String requestId, TextWidths widths) {
        return Arrays.asList(number(usage.tokenId()), Text.cut(usage.branch(), widths.branch()),
                Text.cut(usage.requestedBy(), widths.requestedBy()),
                usage.inputTokens(), usage.outputTokens(), usage.textPromptTokens(), usage.imagePromptTokens(),
                usage.textCandidatesTokens(), usage.totalTokens(), usage.at(), requestId, usage.callId(),
                number(usage.costInUsdTicks()), number(of(usage, UsageDetails::cached)), number(of(usage, UsageDetails::cachedAudio)),
                number(of(usage, UsageDetails::thinking)), number(of(usage, UsageDetails::toolUse)),
                number(of(usage, UsageDetails::documentPrompt)), number(of(usage, UsageDetails::audioPrompt)),
                number(of(usage, UsageDetails::videoPrompt)), number(of(usage, UsageDetails::imageCandidates)),
                number(of(usage, UsageDetails::audioCandidates)), usage.estimated());
    }

    private static Long of(Usage usage, Function<UsageDetails, Long> part) {
        return usage.details() == null ? null : part.apply(usage.details());
    }

    /** One token after the other, in the order of their ids, so that two gateways on one database do not wait for each other. */
    private Map<Long, Sum> addUp(Transactions.Statements statements, List<Usage> usages, Posting posting, List<Runnable> takeBack)
            throws SQLException {
        Map<Long, List<Usage>> tokens = new TreeMap<>();
        usages.stream().filter(usage -> usage.tokenId() != null)
                .forEach(usage -> tokens.computeIfAbsent(usage.tokenId(), token -> new ArrayList<>()).add(usage));
        Map<Long, Sum> sums = new HashMap<>();
        for (Map.Entry<Long, List<Usage>> one : tokens.entrySet()) {
            long token = one.getKey();
            long added = total(one.getValue());
            int rows = statements.update(sql.addToSummary(), sql.added(token, added, clock.instant()));
            if (rows == 0) {
                throw new NoSummary();
            }
            Standing standing = standing(statements, token);
            boolean exceeded = standing.exceedsNow() && statements.update(sql.exceed(), token, standing.used()) == 1;
            takeBack.add(posting.post(token, added, standing.used()));
            sums.put(token, new Sum(one.getValue(), standing, exceeded));
        }
        return sums;
    }

    /** Sums that no number holds stay at the greatest. */
    private static long total(List<Usage> usages) throws SQLException {
        try {
            return usages.stream().mapToLong(Usage::totalTokens).reduce(0, Math::addExact);
        } catch (ArithmeticException e) {
            throw new SQLDataException("The sum of the records is out of range", "22003", e); // each on its own tells whose fault it is
        }
    }

    private Standing standing(Transactions.Statements statements, long tokenId) throws SQLException {
        try (var statement = statements.prepare(sql.standing(), tokenId); var row = statement.executeQuery()) {
            if (!row.next()) {
                throw new NoSummary();
            }
            long threshold = row.getLong(2);
            return new Standing(row.getLong(1), row.wasNull() ? Standing.DEFAULT_THRESHOLD : threshold,
                    Math.min(row.getLong(3), LedgerSql.usable(sql.most())), row.getString(4));
        }
    }

    /** Only after the commit, so that a booking that is rolled back and repeated warns once; for the call that crossed the line. */
    private static void warn(Sum sum) {
        Standing standing = sum.standing();
        long used = standing.used() - sum.usages().stream().mapToLong(Usage::totalTokens).sum();
        boolean exceeded = sum.exceeded();
        for (Usage usage : sum.usages()) {
            used += usage.totalTokens();
            Standing then = new Standing(used, standing.threshold(), standing.limit(), standing.status());
            if (exceeded && used >= standing.limit()) {
                exceeded = false;
                LOG.warn("Token {} of company {} is Exceeded: {} of {} tokens used, request {}", usage.tokenId(),
                        usage.companyId(), used, standing.limit(), usage.requestId());
            }
            if (then.fellUnderThreshold(usage.totalTokens())) {
                LOG.warn("Token {} of company {} is below its threshold: {} tokens remain, threshold {}, request {}",
                        usage.tokenId(), usage.companyId(), then.remaining(), standing.threshold(), usage.requestId());
            }
        }
    }

    /** Starts from what the logs hold, so that summary and logs agree also where an older system lost the row. */
    private void createSummary(long tokenId) throws SQLException {
        try {
            int rows = transactions.call(s -> insertSummary(s, tokenId));
            if (rows == 0) {
                throw new SQLIntegrityConstraintViolationException("There is no token " + tokenId, "23503");
            }
        } catch (SQLException e) {
            if (Fault.of(e) != Fault.DUPLICATE) {
                throw e;
            }
            LOG.debug("Another booking has made the summary row of token {}", tokenId);
        }
    }

    /** One at a time for each token, by the lock of its row: a table of another program may have no unique key that forbids two. */
    private int insertSummary(Transactions.Statements statements, long tokenId) throws SQLException {
        int tokens = statements.update(sql.lockToken(), tokenId);
        try (var statement = statements.prepare(sql.countSummaries(), tokenId); var row = statement.executeQuery()) {
            row.next();
            return tokens == 0 || row.getLong(1) > 0 ? tokens : statements.update(sql.insertSummary(), clock.instant(), tokenId);
        }
    }

    private boolean isBooked(Usage usage) throws SQLException {
        return transactions.call(statements -> {
            try (var statement = statements.prepare(sql.findCall(), usage.callId()); var row = statement.executeQuery()) {
                return row.next() && row.getLong(1) > 0;
            }
        });
    }

    private OptionalLong used(Long tokenId) throws SQLException {
        return tokenId == null ? OptionalLong.empty()
                : OptionalLong.of(transactions.call(statements -> standing(statements, tokenId)).used());
    }

    /** Those of callers; another one where the same came before, here or in the database. */
    private static List<String> requestIds(List<Usage> usages, Set<String> taken) {
        Map<String, Integer> uses = new HashMap<>();
        taken.forEach(id -> uses.put(id, 1));
        return usages.stream().map(usage -> requestId(usage, uses.merge(usage.requestId(), 1, Integer::sum) - 1)).toList();
    }

    /** The caller's id; where that is taken, with the end of the callId, which is its random part; where that is taken too, with all of it. */
    private static String requestId(Usage usage, int reused) {
        String callId = usage.callId();
        return switch (reused) {
            case 0 -> usage.requestId();
            case 1 -> Text.suffixed(usage.requestId(), callId.substring(Math.max(0, callId.length() - 8)), Usage.REQUEST_ID);
            default -> Text.suffixed(usage.requestId(), callId, Usage.REQUEST_ID);
        };
    }

    private static void stepAside(int tries) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextInt(1, 1 + 5 * tries)));
    }

    /** What one token's usages of a transaction came to. */
    private record Sum(List<Usage> usages, Standing standing, boolean exceeded) {
    }

    /** The summary row is missing; the transaction is rolled back, since PostgreSQL would not go on after a duplicate. */
    private static final class NoSummary extends SQLException {
        private static final long serialVersionUID = 1;
    }
}
