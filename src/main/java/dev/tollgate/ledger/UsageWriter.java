package dev.tollgate.ledger;

import static dev.tollgate.ledger.Parameters.number;

import dev.tollgate.database.Fault;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.time.Clock;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one usage into the database: log row, summary and status in one transaction. The unique CallID makes a second
 * write of the same call harmless, so whoever does not know how a write ended may simply repeat it.
 */
final class UsageWriter {

    private static final Logger LOG = LoggerFactory.getLogger(UsageWriter.class);
    private static final int TRIES = 8;

    private final Transactions transactions;
    private final LedgerSql sql;
    private final Clock clock;
    private volatile Long ownRow;

    UsageWriter(Transactions transactions, LedgerSql sql, Clock clock) {
        this.transactions = transactions;
        this.sql = sql;
        this.clock = clock;
    }

    /** @throws SQLException when the database is away, refuses the record, or stays busy; then nothing is certain */
    Booked write(Usage usage) throws SQLException {
        return writeRow(usage.tokenId() == null && ownRow != null ? usage.paidBy(ownRow) : usage);
    }

    private Booked writeRow(Usage usage) throws SQLException {
        int reused = 0;
        boolean summaryMissing = false;
        for (int tries = 1; ; tries++) {
            try {
                if (summaryMissing) {
                    createSummary(usage.tokenId());
                }
                return book(usage, requestId(usage, reused));
            } catch (SQLException e) {
                Fault fault = Fault.of(e);
                if (fault == Fault.DUPLICATE && isBooked(usage)) {
                    return new Booked(Booking.ALREADY_BOOKED, used(usage.tokenId()));
                }
                if (usage.tokenId() == null && Fault.isMissingValue(e)) {
                    ownRow = ownRow();
                    return writeRow(usage.paidBy(ownRow));
                }
                summaryMissing = e instanceof NoSummary;
                boolean again = summaryMissing || fault == Fault.DUPLICATE || fault == Fault.BUSY;
                if (tries == TRIES || !again) {
                    throw e;
                }
                if (fault == Fault.DUPLICATE) {
                    reused++;
                } else if (fault == Fault.BUSY) {
                    stepAside(tries);
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

    private Booked book(Usage usage, String requestId) throws SQLException {
        Written written = transactions.call(statements -> {
            statements.update(sql.insertLog(), number(usage.tokenId()), usage.branch(), usage.requestedBy(),
                    usage.inputTokens(), usage.outputTokens(), usage.textPromptTokens(), usage.imagePromptTokens(),
                    usage.textCandidatesTokens(), usage.totalTokens(), usage.at(), requestId, usage.callId(),
                    number(usage.costInUsdTicks()), number(of(usage, UsageDetails::cached)), number(of(usage, UsageDetails::cachedAudio)),
                    number(of(usage, UsageDetails::thinking)), number(of(usage, UsageDetails::toolUse)),
                    number(of(usage, UsageDetails::documentPrompt)), number(of(usage, UsageDetails::audioPrompt)),
                    number(of(usage, UsageDetails::videoPrompt)), number(of(usage, UsageDetails::imageCandidates)),
                    number(of(usage, UsageDetails::audioCandidates)), usage.estimated());
            return usage.tokenId() == null ? null : addUp(statements, usage);
        });
        if (written == null) {
            return new Booked(Booking.BOOKED, OptionalLong.empty());
        }
        warn(usage, written);
        return new Booked(Booking.BOOKED, OptionalLong.of(written.standing().used()));
    }

    private static Long of(Usage usage, Function<UsageDetails, Long> part) {
        return usage.details() == null ? null : part.apply(usage.details());
    }

    private Written addUp(Transactions.Statements statements, Usage usage) throws SQLException {
        int rows = statements.update(sql.addToSummary(), sql.added(usage.tokenId(), usage.totalTokens(), clock.instant()));
        if (rows == 0) {
            throw new NoSummary();
        }
        Standing standing = standing(statements, usage.tokenId());
        boolean exceeded = standing.exceedsNow()
                && statements.update(sql.exceed(), usage.tokenId(), standing.used()) == 1;
        return new Written(standing, exceeded);
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

    /** Only after the commit, so that a booking that is rolled back and repeated warns once. */
    private static void warn(Usage usage, Written written) {
        Standing standing = written.standing();
        if (written.exceeded()) {
            LOG.warn("Token {} of company {} is Exceeded: {} of {} tokens used, request {}", usage.tokenId(),
                    usage.companyId(), standing.used(), standing.limit(), usage.requestId());
        }
        if (standing.fellUnderThreshold(usage.totalTokens())) {
            LOG.warn("Token {} of company {} is below its threshold: {} tokens remain, threshold {}, request {}",
                    usage.tokenId(), usage.companyId(), standing.remaining(), standing.threshold(), usage.requestId());
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

    /** The caller's id; where that is taken, with the start of the callId; where that is taken too, with all of it. */
    private static String requestId(Usage usage, int reused) {
        String callId = usage.callId();
        return switch (reused) {
            case 0 -> usage.requestId();
            case 1 -> Text.suffixed(usage.requestId(), callId.substring(0, Math.min(8, callId.length())), Usage.REQUEST_ID);
            default -> Text.suffixed(usage.requestId(), callId, Usage.REQUEST_ID);
        };
    }

    private static void stepAside(int tries) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextInt(1, 1 + 5 * tries)));
    }

    private record Written(Standing standing, boolean exceeded) {
    }

    /** The summary row is missing; the transaction is rolled back, since PostgreSQL would not go on after a duplicate. */
    private static final class NoSummary extends SQLException {
        private static final long serialVersionUID = 1;
    }
}
