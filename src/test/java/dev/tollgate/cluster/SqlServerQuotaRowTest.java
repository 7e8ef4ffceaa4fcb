package dev.tollgate.cluster;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

import dev.tollgate.database.TestDatabases.Engine;

/** The same on the SQL Server that is named to be lost. */
@EnabledIfEnvironmentVariable(named = "TOLLGATE_TEST_SQLSERVER_URL", matches = ".+")
class SqlServerQuotaRowTest extends QuotaRowTest {

    @Override
    Engine engine() {
        return Engine.SQLSERVER;
    }
}
