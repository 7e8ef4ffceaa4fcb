package dev.tollgate.ledger;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

import dev.tollgate.database.TestDatabases;
import dev.tollgate.database.TestDatabases.Engine;

/** Makes and drops tables named LedgerTest… only. */
@EnabledIfEnvironmentVariable(named = "TOLLGATE_TEST_SQLSERVER_URL", matches = ".+")
class SqlServerBookingTest extends BookingSpec {

    @Override
    String url() {
        return TestDatabases.sqlServerUrl();
    }

    @Override
    void credentials(HikariDataSource dataSource) {
        dataSource.setUsername(System.getenv("TOLLGATE_TEST_SQLSERVER_USERNAME"));
        dataSource.setPassword(System.getenv("TOLLGATE_TEST_SQLSERVER_PASSWORD"));
    }

    @Override
    TestTables createTables(HikariDataSource dataSource) {
        return TestTables.create(dataSource, "BIGINT IDENTITY PRIMARY KEY", "DATETIME", "BIT");
    }

    @Override
    @Test
    void aLockedRowHoldsNobodyElseUp() throws Exception {
        TestDatabases.assumeNotBabelfish(Engine.SQLSERVER, dataSource, "It cancels no statement that waits for a lock, so that the network's limit ends it");
        super.aLockedRowHoldsNobodyElseUp();
    }
}
