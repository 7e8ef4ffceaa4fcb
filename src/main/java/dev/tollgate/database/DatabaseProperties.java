package dev.tollgate.database;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the ledger's tables stand in the database that {@code spring.datasource.url} names.
 *
 * @param schema the schema of TokenMaster, TokenUsageLogs and TokenUsageSummary; empty: the connection's default
 * @param logSchema the schema of ApplicationLogs and RetryAttempts; empty: the connection's default
 */
@ConfigurationProperties("tollgate")
record DatabaseProperties(String schema, String logSchema) {
}
