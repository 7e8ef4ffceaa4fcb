package dev.tollgate.database;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the ledger's tables stand in the database that {@code spring.datasource.url} names.
 *
 * @param schema the schema of TokenMaster, TokenUsageLogs and TokenUsageSummary; empty: the connection's default
 * @param logSchema the schema of ApplicationLogs and RetryAttempts; empty: the connection's default
 * @param startPatience how long a start waits for room when the disk of data-dir is full; then it ends with a sentence
 */
@ConfigurationProperties("tollgate")
record DatabaseProperties(String schema, String logSchema, @DefaultValue("2m") Duration startPatience) {
}
