package dev.tollgate.ledger;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.ManualClock;
import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.TestDatabases.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.unit.DataSize;

/**
 * What a full PostgreSQL costs, for docs/database.md. On demand: {@code mvn test -Dtest=GrowthBenchmark -Dtollgate.growth.rows=10000000}
 * loads so many usage rows, half as many log lines and 10,000 companies, and prints a row of the table each for empty and full.
 */
@EnabledIfSystemProperty(named = "tollgate.growth.rows", matches = "\\d+")
class GrowthBenchmark {

    private static final int COMPANIES = 10_000;
    private static final int CALLS = 2_000;

    @TempDir
    Path folder;
    private JdbcTemplate sql;

    @Test
    void emptyAndFull() throws Exception {
        long rows = Long.getLong("tollgate.growth.rows");
        DriverManagerDataSource source = (DriverManagerDataSource) Engine.POSTGRESQL.migrated();
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(source.getUrl());
            pool.setUsername(source.getUsername());
            sql = new JdbcTemplate(pool);
            companies();
            measure(pool, "empty");
            load(rows);
            measure(pool, String.format(Locale.ROOT, "%,d", rows));
            archiveWhileCallsAreBooked(pool, rows);
        }
    }

    private void companies() {
        sql.update("INSERT INTO TokenMaster (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit) SELECT 'C-' || i, 'Company ' || i, 'k',"
                + " 'Gemini', 1000000000000 FROM generate_series(1, ?) i", COMPANIES);
        sql.update("INSERT INTO TokenUsageSummary (TokenID, TotalUsedTokens, TotalRemainingTokens) SELECT TokenID, 0, TotalTokenLimit FROM TokenMaster");
        sql.execute("ANALYZE");
    }

    /** Spread over 180 days; the thirty of a report hold a sixth of them. */
    private void load(long rows) {
        sql.update(String.format(Locale.ROOT, "INSERT INTO TokenUsageLogs (TokenID, Branch, RequestedBy, InputTokens, TotalTokensUsed, LoggedAt, RequestID, CallID)"
                + " SELECT 1 + i %% ?, 'Branch ' || i %% 40, 'user ' || i %% 2000, 100, 120, LOCALTIMESTAMP - (i %% %d) * INTERVAL '1 second' * (15552000.0 / %d),"
                + " 'r' || i, 'c' || i FROM generate_series(1, CAST(? AS BIGINT)) i", rows, rows), COMPANIES, rows);
        sql.update("INSERT INTO ApplicationLogs (LogLevel, Logger, Message, Timestamp) SELECT CASE WHEN i % 1000 = 0 THEN 'ERROR' ELSE 'INFO' END,"
                + " 'dev.tollgate.gemini', 'Gemini answered company C', LOCALTIMESTAMP - i * INTERVAL '3 second' FROM generate_series(1, CAST(? AS BIGINT)) i",
                rows / 2);
        sql.update("UPDATE TokenUsageSummary s SET TotalUsedTokens = l.t FROM (SELECT TokenID, SUM(TotalTokensUsed) t FROM TokenUsageLogs GROUP BY TokenID) l"
                + " WHERE l.TokenID = s.TokenID");
        sql.execute("VACUUM ANALYZE");
    }

    private void measure(HikariDataSource pool, String name) throws Exception {
        String calls = calls(pool, name);
        System.out.printf("| %s | %s | %s | %s | %s | %s |%n", name, calls,
                millis(() -> sql.queryForList(statement("routes/admin/usage.camel.yaml", "(?s)(WITH others AS.*?DESC, \"name\"\\n)")
                        .replace(":?since", "'" + LocalDate.now().minusDays(30) + "'"))),
                millis(() -> sql.queryForList(ReconcileStatementTest.statement("TokenMaster", "TokenUsageLogs", "TokenUsageSummary"))),
                millis(() -> sql.queryForList("SELECT m.TokenID FROM TokenMaster m LEFT JOIN TokenUsageSummary s ON s.SummaryID = (SELECT"
                        + " MIN(o.SummaryID) FROM TokenUsageSummary o WHERE o.TokenID = m.TokenID) WHERE m.TokenID > 5000 ORDER BY m.TokenID"
                        + " OFFSET 0 ROWS FETCH NEXT 101 ROWS ONLY")),
                millis(() -> sql.queryForList("SELECT * FROM vw_RecentErrors")));
    }

    private String calls(HikariDataSource pool, String name) throws Exception {
        ManualClock clock = new ManualClock();
        LedgerProperties properties = new LedgerProperties(DataSize.ofMegabytes(64), Duration.ofSeconds(60), Duration.ofSeconds(5),
                Duration.ofMinutes(15), Duration.ofMinutes(15), 100, Duration.ZERO);
        long[] nanos = new long[CALLS];
        try (Ledger ledger = new Ledger(pool, new LedgerTables("TokenMaster", "TokenUsageLogs", "TokenUsageSummary", "ApplicationLogs",
                "RetryAttempts"), properties, folder.resolve(name.replace(",", "") + System.nanoTime()),
                new DatabaseHealth(clock, properties.probeEvery()), new Reservations(clock, Duration.ofMinutes(15), Duration.ofMinutes(15)), clock)) {
            for (int i = -200; i < CALLS; i++) {
                long token = 1 + Math.floorMod(i * 37L, COMPANIES);
                long begun = System.nanoTime();
                sql.queryForList("SELECT m.TokenID, s.TotalUsedTokens FROM TokenMaster m LEFT JOIN TokenUsageSummary s ON s.SummaryID = (SELECT"
                        + " MIN(o.SummaryID) FROM TokenUsageSummary o WHERE o.TokenID = m.TokenID) WHERE LOWER(LTRIM(RTRIM(m.CompanyID))) = LOWER(?)"
                        + " ORDER BY m.TokenID", "c-" + token);
                ledger.book(Bench.usage(name + i + "-" + begun, token, 10));
                if (i >= 0) {
                    nanos[i] = System.nanoTime() - begun;
                }
            }
        }
        Arrays.sort(nanos);
        return String.format(Locale.ROOT, "%.2f / %.2f ms", nanos[CALLS / 2] / 1e6, nanos[CALLS * 99 / 100] / 1e6);
    }

    private void archiveWhileCallsAreBooked(HikariDataSource pool, long rows) throws Exception {
        ExecutorService beside = Executors.newSingleThreadExecutor();
        try {
            long begun = System.nanoTime();
            Future<?> archive = beside.submit(() -> {
                String script = Files.readString(Path.of("sql/postgresql/maintenance/archive.sql"));
                try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
                    for (String one : script.split(";\\s*?\\n(?=\\n|\\z)")) {
                        statement.execute(one);
                    }
                }
                return null;
            });
            String calls = calls(pool, "archive");
            archive.get();
            System.out.printf("archive.sql moved %,d of %,d rows in %d s; calls meanwhile: %s%n", sql.queryForObject(
                    "SELECT COUNT(*) FROM TokenUsageLogsArchive", Long.class), rows, (System.nanoTime() - begun) / 1_000_000_000, calls);
        } finally {
            beside.shutdownNow();
        }
    }

    private static String statement(String file, String pattern) throws Exception {
        Matcher statement = Pattern.compile(pattern).matcher(Files.readString(Path.of(file)));
        statement.find();
        return statement.group(1).replace("{{tollgate.table.usage-logs}}", "TokenUsageLogs").replace("{{tollgate.table.token-master}}", "TokenMaster");
    }

    private static String millis(Callable<?> query) throws Exception {
        long[] nanos = new long[5];
        for (int i = 0; i < nanos.length; i++) {
            long begun = System.nanoTime();
            query.call();
            nanos[i] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos);
        return String.format(Locale.ROOT, "%.0f ms", nanos[2] / 1e6);
    }
}
