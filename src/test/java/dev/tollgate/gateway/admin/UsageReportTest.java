package dev.tollgate.gateway.admin;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.Tables;
import dev.tollgate.database.TestDatabases.Engine;

import static org.assertj.core.api.Assertions.assertThat;

/** The kept sums of {@code /admin/usage} say what the one long statement in its route says, whatever happens to the rows. */
class UsageReportTest {

    private static final Pattern STATEMENT = Pattern.compile("(?s)(WITH others AS.*?DESC, \"name\"\\n)");

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void keptSumsAreThoseOfTheRowsWhateverHappensToThem(Engine engine) throws Exception {
        JdbcTemplate sql = filled(engine.migrated());
        DatabaseClock times = DatabaseClock.here();
        UsageReport report = new UsageReport(new JdbcTemplate(sql.getDataSource()), new Tables("", ""), times, 1000, folder);
        Random random = new Random(11);
        same(report, sql, times);
        for (int i = 0; i < 12; i++) {
            switch (random.nextInt(4)) {
                case 0 -> row(sql, random, random.nextInt(40));
                case 1 -> sql.update("DELETE FROM TokenUsageLogs WHERE UsageID % 7 = ?", i % 7);
                case 2 -> sql.update("UPDATE TokenUsageLogs SET TotalTokensUsed = 4000000000000000000 WHERE UsageID % 11 = ?", i % 11);
                default -> row(sql, random, 0);
            }
            same(report, sql, times);
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyADayThatHasChangedIsReadAgain(Engine engine) {
        JdbcTemplate sql = filled(engine.migrated());
        AtomicInteger statements = new AtomicInteger();
        UsageReport report = counted(sql, statements);
        report.read();
        assertThat(statements.getAndSet(0)).as("the days, and each day's names").isBetween(20, 32);

        report.read();
        assertThat(statements.getAndSet(0)).isEqualTo(1);

        row(sql, new Random(1), 5);
        report.read();
        assertThat(statements.get()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void afterARestartOnlyTodayAndWhatHasChangedIsReadAgain(Engine engine) throws Exception {
        JdbcTemplate sql = filled(engine.migrated());
        row(sql, new Random(1), 0);
        AtomicInteger statements = new AtomicInteger();
        counted(sql, statements).read();
        statements.set(0);

        UsageReport restarted = counted(sql, statements);
        same(restarted, sql, DatabaseClock.here());
        assertThat(statements.getAndSet(0)).as("the days, and today's names").isEqualTo(2);

        row(sql, new Random(2), 3);
        same(counted(sql, statements), sql, DatabaseClock.here());
        assertThat(statements.getAndSet(0)).isEqualTo(3);

        Path file = folder.resolve("usage-days.json");
        Files.writeString(file, Files.readString(file).replace("Branch 1", "Branch 7"));
        same(counted(sql, statements), sql, DatabaseClock.here());
        assertThat(statements.get()).as("a file that was changed is not believed").isGreaterThan(20);
    }

    @ParameterizedTest
    @EnumSource
    void rowsThatAreGivenAnotherBranchAreFoundByTheTimer(Engine engine) throws Exception {
        JdbcTemplate sql = filled(engine.migrated());
        UsageReport report = new UsageReport(new JdbcTemplate(sql.getDataSource()), new Tables("", ""), DatabaseClock.here(), 1000, folder);
        report.read();
        sql.update("UPDATE TokenUsageLogs SET Branch = 'Renamed', RequestedBy = 'renamed'");
        for (int i = 0; i < 41; i++) {
            report.keep();
        }
        same(report, sql, DatabaseClock.here());
    }

    private UsageReport counted(JdbcTemplate sql, AtomicInteger statements) {
        return new UsageReport(new JdbcTemplate(sql.getDataSource()) {
            @Override
            public void query(String text, RowCallbackHandler handler, Object... parameters) {
                statements.incrementAndGet();
                super.query(text, handler, parameters);
            }
        }, new Tables("", ""), DatabaseClock.here(), 1000, folder);
    }

    @ParameterizedTest
    @EnumSource
    void moreNamesThanAreKeptAreLeftToTheDatabase(Engine engine) {
        JdbcTemplate sql = filled(engine.migrated());
        UsageReport report = new UsageReport(new JdbcTemplate(sql.getDataSource()), new Tables("", ""), DatabaseClock.here(), 50, folder);
        assertThat(report.read()).isNotNull();
        for (int i = 0; i < 60; i++) {
            sql.update("INSERT INTO TokenUsageLogs (RequestedBy, TotalTokensUsed) VALUES (?, 1)", "new user " + i);
        }

        assertThat(report.read()).isNull();
        sql.update("DELETE FROM TokenUsageLogs WHERE RequestedBy LIKE 'new user%'");
        assertThat(report.read()).isNotNull();
        for (int i = 1; i < 20; i++) {
            row(sql, new Random(i), -i);
        }
        assertThat(report.read()).as("days to come").isNull();
    }

    private static JdbcTemplate filled(DataSource database) {
        JdbcTemplate sql = new JdbcTemplate(database);
        for (String provider : List.of("Gemini", "google ", "xAI", " ")) {
            sql.update("INSERT INTO TokenMaster (CompanyID, ApiKey, Provider) VALUES ('C', 'k', ?)", provider);
        }
        Random random = new Random(3);
        for (int i = 0; i < 300; i++) {
            row(sql, random, random.nextInt(40));
        }
        return sql;
    }

    private static void row(JdbcTemplate sql, Random random, int daysAgo) {
        List<Long> tokens = sql.queryForList("SELECT TokenID FROM TokenMaster ORDER BY TokenID", Long.class);
        sql.update("INSERT INTO TokenUsageLogs (TokenID, Branch, RequestedBy, TotalTokensUsed, RequestCount, LoggedAt) VALUES (?, ?, ?, ?, ?, ?)",
                random.nextInt(5) == 0 ? null : tokens.get(random.nextInt(tokens.size())), random.nextInt(6) == 0 ? null : "Branch " + random.nextInt(14),
                "user " + random.nextInt(13), random.nextLong(3_000_000_000L), 1 + random.nextInt(3), LocalDateTime.now().minusDays(daysAgo));
    }

    private static void same(UsageReport report, JdbcTemplate sql, DatabaseClock times) throws Exception {
        Matcher statement = STATEMENT.matcher(Files.readString(Path.of("routes/admin/usage.camel.yaml")));
        assertThat(statement.find()).isTrue();
        List<Map<String, Object>> expected = sql.queryForList(statement.group(1).replace("{{tollgate.table.usage-logs}}", "TokenUsageLogs")
                .replace("{{tollgate.table.token-master}}", "TokenMaster").replace(":?since", "'" + times.daysAgo(30) + "'"));
        assertThat(report.read().stream().map(UsageReportTest::text)).containsExactlyElementsOf(expected.stream().map(UsageReportTest::text).toList());
    }

    private static String text(Map<String, Object> row) {
        return row.get("by").toString().strip() + " " + row.get("name") + " " + new BigDecimal(row.get("tokens").toString()).toBigIntegerExact() + " "
                + row.get("requests");
    }
}
