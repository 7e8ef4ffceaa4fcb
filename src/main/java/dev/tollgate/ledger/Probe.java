package dev.tollgate.ledger;

import java.sql.SQLException;
import java.time.Clock;
import java.util.UUID;

/**
 * Asks a database that was away whether it is back: it must answer a query of the ledger's own tables, since a driver's own
 * check may be content with a connection whose database is closed; and where writing had failed it must take a write.
 */
final class Probe {

    private static final String NAME = "tollgate-probe-";

    private final Transactions transactions;
    private final LedgerSql sql;
    private final Clock clock;

    Probe(Transactions transactions, LedgerSql sql, Clock clock) {
        this.transactions = transactions;
        this.sql = sql;
        this.clock = clock;
    }

    void read() throws SQLException {
        transactions.call(statements -> {
            try (var statement = statements.prepare(sql.findCall(), NAME); var row = statement.executeQuery()) {
                return row.next();
            }
        });
    }

    /** A row of RetryAttempts that nobody sees: written and deleted in one transaction. */
    void write() throws SQLException {
        String id = NAME + UUID.randomUUID();
        transactions.call(statements -> {
            statements.update(sql.insertAttempt(), Parameters.NO_NUMBER, null, 0, "Whether the database can be written", false,
                    clock.instant(), id);
            return statements.update(sql.deleteAttempt(), id);
        });
    }
}
