package dev.tollgate.e2e;

import dev.tollgate.ledger.Ledger;

import org.springframework.jdbc.core.simple.JdbcClient;

/** The gateway's own database as its readers see it: with everything that was booked before. */
public final class SettledDatabase {

    private SettledDatabase() {
    }

    public static JdbcClient of(JdbcClient database, Ledger ledger) {
        return sql -> {
            ledger.catchUp();
            return database.sql(sql);
        };
    }
}
