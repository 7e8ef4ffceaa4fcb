package dev.tollgate.ledger;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.unit.DataSize;

import dev.tollgate.ManualClock;
import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.OldDeployment;
import dev.tollgate.database.OldDeployment.Shape;
import dev.tollgate.database.OldDeployment.Token;
import dev.tollgate.database.Providers;
import dev.tollgate.database.TestDatabases.Engine;

import static org.assertj.core.api.Assertions.assertThat;

/** Both shapes of tables that exist, full of oddities, adopted, booked on and left again. */
class OldDeploymentTest {

    private static final int INT_COLUMNS = 10;

    @TempDir
    Path folder;

    static Stream<Arguments> deployments() {
        return Stream.of(Engine.values()).flatMap(engine -> Stream.of(Shape.values()).map(shape -> Arguments.of(engine, shape)));
    }

    @ParameterizedTest
    @MethodSource("deployments")
    void nothingIsLostAndTheReportSaysWhatWasFound(Engine engine, Shape shape) throws Exception {
        for (long seed = 1; seed <= 2; seed++) {
            OldDeployment old = new OldDeployment(engine, shape, seed);
            List<String> tokens = old.rows(old.tables.tokenMaster(), "TokenID, CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit, Status", "TokenID");
            List<String> logs = old.rows(old.tables.usageLogs(), "UsageID, TokenID, Branch, InputTokens, TotalTokensUsed, RequestCount", "UsageID");

            old.adopt();

            assertThat(old.rows(old.tables.tokenMaster(), "TokenID, CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit, Status", "TokenID"))
                    .isEqualTo(tokens);
            assertThat(old.rows(old.tables.usageLogs(), "UsageID, TokenID, Branch, InputTokens, TotalTokensUsed, RequestCount", "UsageID"))
                    .isEqualTo(logs);
            assertThat(old.rows("OwnView", "*", "CompanyID")).as("a view of their own on a view that was replaced").isNotEmpty();
            assertThat(old.readable()).as("rights granted on both").isEqualTo(2);
            assertThat(old.number("SELECT COUNT(*) FROM ApplicationLogs")).isEqualTo(1);
            JsonNode report = report(old);
            assertThat(report.path("adopted").asBoolean()).isTrue();
            assertThat(report.path("widened")).as(report.path("notWidened").toString()).hasSize(INT_COLUMNS);
            Map<String, Long> kinds = new TreeMap<>();
            report.path("tokens").forEach(kind -> {
                kinds.put(text(kind, "provider") + "/" + text(kind, "status"), kind.path("rows").asLong());
                assertThat(kind.path("servesGemini").asBoolean()).isEqualTo(Providers.isGemini(text(kind, "provider")));
            });
            assertThat(kinds).isEqualTo(old.kinds());
            assertThat(ids(report.path("merged"), "tokenID")).isEqualTo(ids(old, token -> token.summaries().size() > 1));
            assertThat(StreamSupport.stream(report.path("missingSummaries").spliterator(), false).map(JsonNode::asLong).toList())
                    .isEqualTo(ids(old, token -> token.summaries().isEmpty() && !token.logs().isEmpty()));
            assertThat(ids(report.path("drift"), "tokenID")).isEqualTo(ids(old, token -> token.summaries().size() == 1
                    && used(token) != token.logged()));
            assertThat(report.path("usageWithoutToken").asLong()).isEqualTo(old.orphanLogs);
            assertThat(report.path("summariesOfNobody").asLong()).isEqualTo(old.orphanSummaries);
            for (Token token : old.tokens) {
                long expected = token.summaries().size() == 1 ? used(token) : token.logged();
                List<Long> used = old.sql.queryForList("SELECT TotalUsedTokens FROM " + old.tables.usageSummary() + " WHERE TokenID = ?",
                        Long.class, token.id());
                assertThat(used).as(token.toString()).hasSize(token.summaries().isEmpty() && token.logs().isEmpty() ? 0 : 1);
                assertThat(used).allMatch(value -> (value == null ? 0 : value) == expected);
            }
            assertThat(drift(old)).isZero();

            String kept = old.sql.queryForObject("SELECT Report FROM " + old.tables.adoption(), String.class);
            old.adopt();
            assertThat(old.sql.queryForList("SELECT Report FROM " + old.tables.adoption(), String.class)).containsExactly(kept);
            assertThat(drift(old)).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("deployments")
    void firstStartsAtOnceAdoptItOnce(Engine engine, Shape shape) throws Exception {
        OldDeployment old = new OldDeployment(engine, shape, 11);
        run(List.of(() -> adopt(old), () -> adopt(old), () -> adopt(old)), 3);
        assertThat(drift(old)).isZero();
        assertThat(old.number("SELECT COUNT(*) FROM (SELECT TokenID FROM " + old.tables.usageSummary()
                + " WHERE TokenID IS NOT NULL GROUP BY TokenID HAVING COUNT(*) > 1) doubled")).isZero();
    }

    private static Object adopt(OldDeployment old) {
        old.adopt();
        return old;
    }

    @ParameterizedTest
    @MethodSource("deployments")
    void fortyCallsAtOnceAndTheOldProgramBesideThemAreCountedOnceEach(Engine engine, Shape shape) throws Exception {
        OldDeployment old = new OldDeployment(engine, shape, 7);
        old.adopt();
        List<Token> good = old.tokens.subList(old.tokens.size() - 6, old.tokens.size());
        try (HikariDataSource pool = pool(old); Ledger ledger = ledger(pool, old)) {
            List<Callable<Object>> calls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Token token = good.get(i % good.size());
                String call = "call-" + i;
                calls.add(() -> ledger.book(Bench.usage(call, token.id(), 10), true));
                calls.add(() -> oldProgramBooks(pool, old, token.id(), 7));
            }
            calls.add(() -> ledger.book(Bench.usage("by-the-fallback-key", null, 33), true));
            run(calls, 40);
            for (int i = 0; i < 20 && ledger.spooled() > 0; i++) {
                ledger.replay();
            }
            assertThat(ledger.spooled()).isZero();
            assertThat(ledger.rejected()).isZero();
        }

        for (int i = 0; i < good.size(); i++) {
            Token token = good.get(i);
            long calls = 200 / good.size() + (i < 200 % good.size() ? 1 : 0);
            long before = token.summaries().size() == 1 ? used(token) : token.logged();
            assertThat(old.sql.queryForList("SELECT TotalUsedTokens FROM " + old.tables.usageSummary() + " WHERE TokenID = ?", Long.class,
                    token.id())).as("one row, and the sum in it").containsExactly(before + 17 * calls);
            assertThat(old.number("SELECT SUM(TotalTokensUsed) FROM " + old.tables.usageLogs() + " WHERE TokenID = ?", token.id()))
                    .isEqualTo(token.logged() + 17 * calls);
        }
        assertThat(old.number("SELECT COUNT(*) FROM " + old.tables.usageLogs() + " WHERE CallID IS NOT NULL")).isEqualTo(201);
        assertThat(old.number("SELECT SUM(TotalTokensUsed) FROM " + old.tables.usageLogs() + " WHERE CallID = 'by-the-fallback-key'")).isEqualTo(33);
        assertThat(drift(old)).isZero();
    }

    /** As the old program does it: rows without the new columns, a summary that it looks for and then inserts or updates by its id. */
    private static Object oldProgramBooks(HikariDataSource pool, OldDeployment old, long token, int tokens) {
        JdbcTemplate sql = new JdbcTemplate(pool);
        sql.update("INSERT INTO " + old.tables.usageLogs() + " (TokenID, Branch, RequestedBy, InputTokens, OutputTokens, TextPromptTokens,"
                + " ImagePromptTokens, TextCandidatesTokens, TotalTokensUsed, RequestCount) VALUES (?, 'Old', 'old', ?, 0, ?, 0, 0, ?, 1)",
                token, tokens, tokens, tokens);
        List<Long> ids = sql.queryForList("SELECT SummaryID FROM " + old.tables.usageSummary() + " WHERE TokenID = ?", Long.class, token);
        return ids.isEmpty() ? sql.update("INSERT INTO " + old.tables.usageSummary() + " (TokenID, TotalUsedTokens, TotalRemainingTokens)"
                + " VALUES (?, ?, 0)", token, tokens)
                : sql.update("UPDATE " + old.tables.usageSummary() + " SET TotalUsedTokens = TotalUsedTokens + ?, TotalRemainingTokens ="
                + " TotalRemainingTokens - ? WHERE SummaryID = ?", tokens, tokens, ids.get(0));
    }

    private static long used(Token token) {
        Integer used = token.summaries().get(0);
        return used == null ? 0 : used;
    }

    private Ledger ledger(HikariDataSource pool, OldDeployment old) throws Exception {
        ManualClock clock = new ManualClock();
        LedgerProperties properties = new LedgerProperties(DataSize.ofMegabytes(8), Duration.ofSeconds(30), Duration.ofMillis(1),
                Duration.ofMinutes(15), Duration.ofMinutes(15), 100, Duration.ZERO);
        return new Ledger(pool, new LedgerTables(old.tables.tokenMaster(), old.tables.usageLogs(), old.tables.usageSummary(),
                old.tables.applicationLogs(), old.tables.retryAttempts()), properties, folder.resolve("data" + System.nanoTime()),
                new DatabaseHealth(clock, properties.probeEvery()), new Reservations(clock, Duration.ofMinutes(15), Duration.ofMinutes(15)), clock);
    }

    private static HikariDataSource pool(OldDeployment old) {
        DriverManagerDataSource source = (DriverManagerDataSource) old.database;
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(source.getUrl());
        pool.setUsername(source.getUsername());
        pool.setPassword(source.getPassword());
        pool.setConnectionTimeout(60_000);
        return pool;
    }

    private static void run(List<Callable<Object>> calls, int threads) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(threads);
        try {
            for (Future<Object> call : callers.invokeAll(calls)) {
                call.get();
            }
        } finally {
            callers.shutdownNow();
        }
    }

    private static long drift(OldDeployment old) throws Exception {
        List<Map<String, Object>> rows = old.sql.queryForList(ReconcileStatementTest.statement(old.tables.tokenMaster(), old.tables.usageLogs(),
                old.tables.usageSummary()));
        return (long) ReconcileStatementTest.report(rows).get("drift");
    }

    private static JsonNode report(OldDeployment old) throws Exception {
        return new ObjectMapper().readTree(old.sql.queryForObject("SELECT Report FROM " + old.tables.adoption(), String.class));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).isNull() ? null : node.path(field).asText();
    }

    private static List<Long> ids(JsonNode list, String field) {
        return StreamSupport.stream(list.spliterator(), false).map(one -> one.path(field).asLong()).sorted().toList();
    }

    private static List<Long> ids(OldDeployment old, Predicate<Token> which) {
        return old.tokens.stream().filter(which).map(Token::id).sorted().toList();
    }
}
