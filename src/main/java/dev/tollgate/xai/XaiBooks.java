package dev.tollgate.xai;

import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import dev.tollgate.database.CountColumns;
import dev.tollgate.database.DatabaseClock;
import dev.tollgate.ledger.Attempt;
import dev.tollgate.ledger.Booking;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.UsageDetails;
import dev.tollgate.logging.Redactor;

/**
 * Puts what calls to xAI used and cost into the ledger. There they belong to one row of TokenMaster, of provider
 * {@value #PROVIDER} and company {@value #COMPANY}: the gateway's own key, which stands in the environment and never in the
 * row. Its Status is one that no rule for companies' keys serves from.
 */
@Component("xaiBooks")
@DependsOnDatabaseInitialization
public class XaiBooks {

    static final String PROVIDER = "xAI";
    static final String COMPANY = "-";

    static final String JUDGE = "judge";
    static final String LEARN = "learn";
    static final String DROP_IN = "drop-in";

    private static final long NO_LIMIT = 1_000_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(XaiBooks.class);

    private final Ledger ledger;
    private final Clock clock;
    private final DayTally tally;
    private final Long tokenId;
    private final LongAdder unknown = new LongAdder();

    XaiBooks(Ledger ledger, XaiKey key, XaiProperties properties, Clock clock, JdbcClient database,
            @Value("${tollgate.table.token-master:TokenMaster}") String tokens,
            @Value("${tollgate.table.usage-logs:TokenUsageLogs}") String logs, CountColumns columns,
            DatabaseClock databaseClock) {
        this.ledger = ledger;
        this.clock = clock;
        this.tally = new DayTally(clock, properties.zone());
        this.tokenId = key.isThere() ? row(database, tokens, Math.min(NO_LIMIT, columns.mostOfToken())) : null;
        if (tokenId != null) {
            ledger.catchUp(); // what a process that was killed has left counts, too
            goOn(database, logs, properties, databaseClock);
        }
    }

    /** The row is made at the first start with a key; where two nodes made one each at once, both use the older. */
    private static long row(JdbcClient database, String tokens, long limit) {
        String ours = " WHERE CompanyID = '" + COMPANY + "' AND Provider = '" + PROVIDER + "'";
        List<Map<String, Object>> there = database.sql("SELECT TokenID FROM " + tokens + ours).query().listOfRows();
        if (there.isEmpty()) {
            database.sql("INSERT INTO " + tokens + " (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit, Status)"
                    + " VALUES ('" + COMPANY + "', 'This gateway', '(environment: " + XaiKey.VARIABLE + ")', '" + PROVIDER
                    + "', " + limit + ", 'Internal')").update();
        }
        return database.sql("SELECT MIN(TokenID) FROM " + tokens + ours).query(Long.class).single();
    }

    /** Goes on from what earlier processes booked today. */
    private void goOn(JdbcClient database, String logs, XaiProperties properties, DatabaseClock databaseClock) {
        Instant midnight = tally.today().atStartOfDay(properties.zone()).toInstant();
        database.sql("SELECT COALESCE(SUM(CostInUsdTicks), 0) AS Ticks, COALESCE(SUM(CASE WHEN Branch = '" + LEARN
                + "' THEN 1 ELSE 0 END), 0) AS Learned FROM " + logs + " WHERE TokenID = ? AND LoggedAt >= ?")
                .params(tokenId, databaseClock.local(midnight))
                .query((row, number) -> {
                    tally.paid(row.getLong(1));
                    tally.learned(row.getLong(2));
                    return number;
                }).list();
    }

    /** Whether one more call may be paid for: it could be put on record, and the database does not refuse such records. */
    boolean canTake() {
        return tokenId == null ? ledger.canBook() : ledger.mayBook(tokenId);
    }

    /** The same without taking the turn of a call. */
    boolean wouldTake() {
        return ledger.canBook() && (tokenId == null || !ledger.refuses(tokenId));
    }

    /** A call is about to leave; one of a person is counted apart from the day's quota. */
    void leaving(String what) {
        tally.learned(what.equals(LEARN) ? 1 : 0);
    }

    /**
     * A call as it is booked.
     *
     * @param what      which of the gateway's paths asked: {@value #JUDGE}, {@value #LEARN} or {@value #DROP_IN}
     * @param requestId of the caller's request
     * @param callId    under which it is booked, once
     * @param sent      bytes of the request
     * @param again     whether the same answer may have been booked before
     */
    record Call(String what, String requestId, String callId, int sent, boolean again) {
    }

    /**
     * Books a reply by what it says, before anything else is done with it; one that says nothing of what it cost by a guess,
     * which the row says. Where a reply turned out to be an error, that is a row of its own. One that could be booked nowhere
     * stands in the log: the answer is paid for and goes on.
     *
     * @param said what was read of the reply, to its end or to where it broke off
     */
    void settle(Call call, ReplyReading said) {
        Usage usage = said.usage();
        if (said.isUnknown()) {
            unknown.increment();
            usage = Usage.guess(said.guessedInput(call.sent), said.guessedOutput());
        }
        write(call, usage, said.isUnknown());
        if (said.hasFailed()) {
            ledger.spoolAttempt(new Attempt(call.requestId, tokenId, COMPANY, 1,
                    "xAI broke off with an error inside its answer: " + Redactor.withoutSecrets(said.code()), false, clock.instant()));
        }
    }

    /** Where the same answer may have been booked before, the database says so before the day's cost is counted. */
    private void write(Call call, Usage usage, boolean guessed) {
        if (usage.equals(Usage.NONE)) {
            return;
        }
        if (usage.odd() != null) {
            LOG.warn("xAI told a number that cannot be true ({}) for {} of company {} in request {}: {} tokens are booked",
                    usage.odd(), call.what, COMPANY, call.requestId, usage.totalTokens());
        }
        Long ticks = usage.costInUsdTicks().isPresent() ? usage.costInUsdTicks().getAsLong() : null;
        try {
            dev.tollgate.ledger.Usage booked = new dev.tollgate.ledger.Usage(call.callId, call.requestId, tokenId, COMPANY, call.what, null,
                    usage.inputTokens(), usage.outputTokens(), usage.textTokens(), usage.imageTokens(), usage.completionTokens(),
                    usage.totalTokens(), clock.instant(), ticks, details(usage), guessed);
            Booking booking = call.again ? ledger.bookAgain(booked) : ledger.book(booked);
            tally.paid(ticks == null || booking == Booking.ALREADY_BOOKED ? 0 : ticks);
        } catch (UncheckedIOException onRecordInTheLogOnly) {
            tally.paid(ticks == null ? 0 : ticks);
            LOG.warn("The answer to {} goes on, its usage is in the log only", call.what);
        }
    }

    private static UsageDetails details(Usage usage) {
        return new UsageDetails(usage.cachedTokens(), 0, usage.reasoningTokens(), 0, 0, usage.audioTokens(), 0, 0, 0);
    }

    /** Replies since the start that did not say what they cost, so that a guess is booked. */
    long unknownUsages() {
        return unknown.sum();
    }

    /** Calls of {@code /learn} today. */
    long learnedToday() {
        return tally.now().learned();
    }

    /** What today's calls cost, in 1/10,000,000,000 US dollar. */
    long costTodayInUsdTicks() {
        return tally.now().costInUsdTicks();
    }
}
