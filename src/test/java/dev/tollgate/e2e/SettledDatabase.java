package dev.tollgate.e2e;

import org.springframework.jdbc.core.simple.JdbcClient;

import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.TokenDirectory;

/**
 * The gateway's own database as its readers see it: with everything that was booked before; and what a test changes in it acts
 * at once, as if tollgate.ledger.rows-fresh-for had passed.
 */
public final class SettledDatabase {

    private SettledDatabase() {
    }

    public static JdbcClient of(JdbcClient database, Ledger ledger, TokenDirectory rows) {
        return sql -> {
            ledger.catchUp();
            rows.expire();
            return database.sql(sql);
        };
    }
}
