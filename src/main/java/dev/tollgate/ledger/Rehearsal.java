package dev.tollgate.ledger;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.database.Fault;
import dev.tollgate.settings.SettingException;

/**
 * One booking at the start, in a transaction that is rolled back: whether tables of another program take what a paid call writes.
 * What their columns, constraints and triggers would refuse is better known before a call is paid for. At every start, since who
 * adds a constraint or a trigger between two tells nobody.
 */
final class Rehearsal {

    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    /** Far enough below what INT holds. */
    private static final long SMALL = 1_000_000_000;

    private final LedgerTables tables;
    private final LedgerSql sql;
    private final Clock clock;
    private String doing = "";

    private Rehearsal(LedgerTables tables, LedgerSql sql, Clock clock) {
        this.tables = tables;
        this.sql = sql;
        this.clock = clock;
    }

    /** Thrown so that everything is rolled back. */
    private static final class TakenBack extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /**
     * Leaves nothing behind but a gap in the numbers of rows. A database that cannot write at this moment is no reason not to start:
     * usage waits on the gateway's disk then.
     *
     * @throws SettingException where the tables would refuse a call's usage, or count it twice
     */
    static void run(Transactions transactions, LedgerTables tables, LedgerSql sql, Clock clock) {
        Rehearsal rehearsal = new Rehearsal(tables, sql, clock);
        try {
            transactions.call(rehearsal::book);
        } catch (TakenBack done) {
            LOG.debug("A booking was rehearsed");
        } catch (SQLException e) {
            Fault fault = Fault.of(e);
            if (fault.isOfTheRecord() || fault == Fault.UNCLEAR) {
                throw new SettingException("The database does not " + rehearsal.doing + ": " + Fault.text(e), "Give a column that the message"
                        + " names a default or make it nullable; alter the constraint or trigger that refuses it; a computed column must become"
                        + " a plain one. Until then no call's usage could be booked.", e);
            }
            LOG.warn("A booking could not be rehearsed, since the database does not {} now: {}", rehearsal.doing, Fault.text(e));
        }
    }

    private Object book(Transactions.Statements statements) throws SQLException {
        Instant now = clock.instant();
        doing = "let the ledger's tables be read";
        Long token = id(statements, "SELECT MIN(s.TokenID) FROM " + tables.usageSummary() + " s JOIN " + tables.tokenMaster()
                + " m ON m.TokenID = s.TokenID WHERE s.TotalUsedTokens BETWEEN 0 AND " + SMALL);
        Long bare = id(statements, "SELECT MIN(m.TokenID) FROM " + tables.tokenMaster() + " m WHERE NOT EXISTS (SELECT 1 FROM "
                + tables.usageSummary() + " s WHERE s.TokenID = m.TokenID)");
        if (token != null || bare != null) {
            long any = token != null ? token : bare;
            Long before = used(statements, any);
            doing = "take a row of usage into " + tables.usageLogs();
            String call = "rehearsal-" + UUID.randomUUID();
            statements.update(sql.insertLog(), UsageWriter.row(new Usage(call, call, any, "", null, null, 1, 0, 1, 0, 0, 1, now), call,
                    sql.widths()).toArray());
            if (!Objects.equals(before, used(statements, any))) {
                throw new SettingException("A trigger on " + tables.usageLogs() + " adds each call's usage to " + tables.usageSummary()
                        + ". The gateway does so, too, so that each call would count twice.", "Drop or disable that trigger, or let it leave"
                        + " out rows that have a CallID, which are the gateway's.");
            }
            if (token != null) {
                doing = "take a sum into " + tables.usageSummary();
                statements.update(sql.addToSummary(), sql.added(token, 0, now));
            }
            if (bare != null) {
                doing = "take a token's first row into " + tables.usageSummary();
                statements.update(sql.insertSummary(), now, bare);
            }
            doing = "take the Status Exceeded into " + tables.tokenMaster();
            statements.update("UPDATE " + tables.tokenMaster() + " SET Status = 'Exceeded' WHERE TokenID = ?", any);
        }
        doing = "take a failed attempt into " + tables.retryAttempts();
        statements.update(sql.insertAttempt(), Parameters.number(token), "", 1, "rehearsal", true, now, "rehearsal");
        throw new TakenBack();
    }

    private static Long id(Transactions.Statements statements, String query) throws SQLException {
        try (var statement = statements.prepare(query); var row = statement.executeQuery()) {
            row.next();
            long id = row.getLong(1);
            return row.wasNull() ? null : id;
        }
    }

    private Long used(Transactions.Statements statements, long token) throws SQLException {
        try (var statement = statements.prepare(sql.standing(), token); var row = statement.executeQuery()) {
            return row.next() ? row.getLong(1) : null;
        }
    }
}
