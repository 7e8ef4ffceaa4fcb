package dev.tollgate.ledger;

import java.sql.SQLException;
import java.time.Duration;

import static dev.tollgate.ledger.Parameters.number;

/** Brings one spooled attempt into RetryAttempts, unless it is there: a crash may have come between row and spool. */
final class AttemptWriter {

    /** SQL Server's DATETIME rounds to about 3 ms. */
    private static final Duration ROUNDING = Duration.ofMillis(5);

    private final Transactions transactions;
    private final LedgerSql sql;

    AttemptWriter(Transactions transactions, LedgerSql sql) {
        this.transactions = transactions;
        this.sql = sql;
    }

    void write(Attempt attempt) throws SQLException {
        transactions.call(statements -> {
            if (isThere(statements, attempt)) {
                return 0;
            }
            return statements.update(sql.insertAttempt(), number(attempt.tokenId()), Text.cut(attempt.companyId(), sql.widths().companyId()),
                    attempt.attempt(), Text.cut(attempt.errorMessage(), sql.widths().errorMessage()), attempt.retryable(), attempt.at(), attempt.requestId());
        });
    }

    private boolean isThere(Transactions.Statements statements, Attempt attempt) throws SQLException {
        try (var statement = statements.prepare(sql.findAttempt(), attempt.requestId(), attempt.attempt(),
                attempt.at().minus(ROUNDING), attempt.at().plus(ROUNDING)); var row = statement.executeQuery()) {
            return row.next() && row.getLong(1) > 0;
        }
    }
}
