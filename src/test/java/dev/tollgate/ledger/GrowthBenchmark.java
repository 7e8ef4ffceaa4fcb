package dev.tollgate.ledger;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.unit.DataSize;

import dev.tollgate.ManualClock;
import dev.tollgate.TollgateApplication;
import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.TestDatabases.Engine;
import dev.tollgate.database.TextWidths;
import dev.tollgate.e2e.NoTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a full PostgreSQL costs, for docs/database.md. On demand: {@code mvn test -Dtest=GrowthBenchmark -Dtollgate.growth.rows=10000000}
 * loads so many usage rows, half as many log lines and 10,000 companies, and prints a row of the table each for empty and full. Calls
 * are the ledger's own part; lists and reports are asked of a gateway, over HTTP, the first one right after its start.
 */
@EnabledIfSystemProperty(named = "tollgate.growth.rows", matches = "\\d+")
class GrowthBenchmark {

    private static final int COMPANIES = 10_000;
    private static final int CALLS = 4_000;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

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
            calls(pool, "warming up");
            System.out.println("| usage rows | a call | /admin/usage, the very first | the first after a restart | /admin/usage | /status/reconcile"
                    + " | a page of /admin/tokens | a search in it | /admin/errors |");
            measure(pool, source, "0");
            load(rows);
            measure(pool, source, String.format(Locale.ROOT, "%,d", rows));
            archiveWhileCallsAreBooked(pool, rows);
        }
    }

    private void companies() {
        sql.update("INSERT INTO TokenMaster (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit) SELECT 'C-' || i, 'Company ' || i, 'k',"
                + " 'Gemini', 1000000000000 FROM generate_series(1, ?) i", COMPANIES);
        sql.update("INSERT INTO TokenUsageSummary (TokenID, TotalUsedTokens, TotalRemainingTokens) SELECT TokenID, 0, TotalTokenLimit FROM TokenMaster");
        sql.execute("VACUUM ANALYZE");
    }

    /**
     * Spread over 180 days in the order of time; the thirty of a report hold a sixth of them. Indexes are made afterwards, which is
     * much quicker, and found to be those of before.
     */
    private void load(long rows) {
        List<String> indexes = sql.queryForList("SELECT indexdef FROM pg_indexes WHERE tablename IN ('tokenusagelogs', 'applicationlogs')"
                + " AND indexname NOT LIKE '%_pkey'", String.class);
        sql.queryForList("SELECT indexname FROM pg_indexes WHERE tablename IN ('tokenusagelogs', 'applicationlogs') AND indexname NOT LIKE '%_pkey'",
                String.class).forEach(index -> sql.execute("DROP INDEX " + index));
        sql.execute("TRUNCATE TokenUsageLogs");
        sql.update("UPDATE TokenUsageSummary SET TotalUsedTokens = 0");
        sql.execute("ALTER TABLE TokenUsageLogs DROP CONSTRAINT tokenusagelogs_tokenid_fkey");
        sql.update(String.format(Locale.ROOT, "INSERT INTO TokenUsageLogs (TokenID, Branch, RequestedBy, InputTokens, TotalTokensUsed, LoggedAt, RequestID, CallID)"
                + " SELECT 1 + i %% ?, 'Branch ' || i %% 40, 'user ' || i %% 2000, 100, 120, LOCALTIMESTAMP - (%d - i) * INTERVAL '1 second' * (15552000.0 / %d),"
                + " 'r' || i, 'c' || i FROM generate_series(1, CAST(? AS BIGINT)) i", rows, rows), COMPANIES, rows);
        sql.update("INSERT INTO ApplicationLogs (LogLevel, Logger, Message, Timestamp) SELECT CASE WHEN i % 1000 = 0 THEN 'ERROR' ELSE 'INFO' END,"
                + " 'dev.tollgate.gemini', 'Gemini answered company C', LOCALTIMESTAMP - i * INTERVAL '3 second' FROM generate_series(1, CAST(? AS BIGINT)) i",
                rows / 2);
        sql.execute("ALTER TABLE TokenUsageLogs ADD CONSTRAINT tokenusagelogs_tokenid_fkey FOREIGN KEY (TokenID) REFERENCES TokenMaster (TokenID)");
        sql.update("UPDATE TokenUsageSummary s SET TotalUsedTokens = l.t FROM (SELECT TokenID, SUM(TotalTokensUsed) t FROM TokenUsageLogs GROUP BY TokenID) l"
                + " WHERE l.TokenID = s.TokenID");
        indexes.forEach(sql::execute);
        sql.execute("VACUUM ANALYZE");
    }

    private void measure(HikariDataSource pool, DriverManagerDataSource source, String name) throws Exception {
        String calls = calls(pool, name);
        Path data = Files.createTempDirectory(folder, "data");
        String atFirst;
        try (ConfigurableApplicationContext context = start(source, data)) {
            atFirst = first(address(context) + "/admin/usage");
        }
        try (ConfigurableApplicationContext context = start(source, data)) {
            String base = address(context);
            System.out.printf("| %s | %s | %s | %s | %s | %s | %s | %s | %s |%n", name, calls, atFirst, first(base + "/admin/usage"), millis(base + "/admin/usage"),
                    millis(base + "/status/reconcile"), millis(base + "/admin/tokens?after=5000"), millis(base + "/admin/tokens?q=company+77"),
                    millis(base + "/admin/errors"));
            assertThat(get(base + "/status/reconcile?limit=1")).contains("\"drift\":0");
        }
        System.out.printf("a rehearsal of a booking with %s rows: %s%n", name, rehearsal(pool));
        System.out.printf("vw_UsageSummary with %s rows: one company %s, all %s%n", name, query("SELECT * FROM vw_UsageSummary WHERE CompanyID = 'C-77'"),
                query("SELECT * FROM vw_UsageSummary"));
    }

    /** What each start does once, the median of seven. */
    private static String rehearsal(HikariDataSource pool) {
        LedgerTables tables = new LedgerTables("TokenMaster", "TokenUsageLogs", "TokenUsageSummary", "ApplicationLogs", "RetryAttempts");
        LedgerSql sql = LedgerSql.of(tables, Long.MAX_VALUE, TextWidths.OWN);
        Transactions transactions = new Transactions(pool, Duration.ofSeconds(60), DatabaseClock.here());
        long[] nanos = new long[7];
        for (int i = 0; i < nanos.length; i++) {
            long begun = System.nanoTime();
            Rehearsal.run(transactions, tables, sql, new ManualClock());
            nanos[i] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos);
        return String.format(Locale.ROOT, "%.1f ms", nanos[3] / 1e6);
    }

    private String query(String query) {
        long begun = System.nanoTime();
        sql.queryForList(query);
        return String.format(Locale.ROOT, "%.0f ms", (System.nanoTime() - begun) / 1e6);
    }

    private static String address(ConfigurableApplicationContext context) {
        return "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
    }

    private ConfigurableApplicationContext start(DriverManagerDataSource source, Path data) {
        return new SpringApplicationBuilder(TollgateApplication.class).initializers(context -> context.getBeanFactory()
                .registerSingleton("noTests", new NoTests())).run("--server.port=0", "--tollgate.data-dir=" + data,
                "--spring.datasource.url=" + source.getUrl(), "--spring.datasource.username=" + source.getUsername(), "--spring.datasource.password=",
                "--tollgate.ledger.query-timeout=60s");
    }

    private static String first(String address) throws Exception {
        long begun = System.nanoTime();
        get(address);
        return String.format(Locale.ROOT, "%.0f ms", (System.nanoTime() - begun) / 1e6);
    }

    /** The median of seven. */
    private static String millis(String address) throws Exception {
        long[] nanos = new long[7];
        for (int i = 0; i < nanos.length; i++) {
            long begun = System.nanoTime();
            get(address);
            nanos[i] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos);
        return String.format(Locale.ROOT, "%.0f ms", nanos[3] / 1e6);
    }

    private static String get(String address) throws Exception {
        HttpResponse<String> answer = CLIENT.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
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
                String script = Files.readString(Path.of("sql/postgresql/maintenance/archive.sql")).replace("'90'", "'162'"); // a tenth
                try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
                    for (String one : script.split(";\\s*?\\n(?=\\n|\\z)")) {
                        statement.execute(one);
                    }
                }
                return null;
            });
            List<String> calls = new ArrayList<>();
            while (!archive.isDone()) {
                calls.add(calls(pool, "archive"));
            }
            archive.get();
            System.out.printf("archive.sql moved %,d of %,d rows in %d s; calls meanwhile: %s%n", sql.queryForObject(
                    "SELECT COUNT(*) FROM TokenUsageLogsArchive", Long.class), rows, (System.nanoTime() - begun) / 1_000_000_000, calls);
        } finally {
            beside.shutdownNow();
        }
    }
}
