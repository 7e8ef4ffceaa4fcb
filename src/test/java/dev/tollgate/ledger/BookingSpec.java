package dev.tollgate.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

import dev.tollgate.LogLines;

import static dev.tollgate.ledger.Bench.usage;
import static org.assertj.core.api.Assertions.assertThat;

/** What holds on every engine; a subclass names one. */
abstract class BookingSpec {

    @TempDir
    Path dataDir;
    HikariDataSource dataSource;
    private TestTables tables;
    private Bench bench;
    private LogLines log;

    abstract String url() throws Exception;

    void credentials(HikariDataSource dataSource) {
        // Most engines need none here.
    }

    TestTables createTables(HikariDataSource dataSource) {
        return TestTables.create(dataSource);
    }

    @BeforeEach
    void open() throws Exception {
        dataSource = new HikariDataSource();
        dataSource.setJdbcUrl(url());
        credentials(dataSource);
        dataSource.setMaximumPoolSize(16);
        tables = createTables(dataSource);
        bench = new Bench(dataSource, dataDir);
        log = new LogLines("dev.tollgate");
    }

    @AfterEach
    void close() throws Exception {
        log.close();
        bench.close();
        dataSource.close();
    }

    @Test
    void aBookedCallIsInTheLogAndInTheSummary() {
        long token = tables.token("NT047", 10_000);
        Usage usage = new Usage("c1", "r1", token, "NT047", "Main", "anna", 70, 30, 50, 20, 30, 100, Bench.AT);
        assertThat(bench.book(usage)).isEqualTo(Booking.BOOKED);
        assertThat(tables.rows("SELECT Branch, RequestedBy, InputTokens, OutputTokens, TextPromptTokens, ImagePromptTokens,"
                + " TextCandidatesTokens, TotalTokensUsed, RequestCount, RequestID FROM LedgerTestLogs").get(0).values()
                .stream().map(Object::toString)).containsExactly("Main", "anna", "70", "30", "50", "20", "30", "100", "1", "r1");
        assertThat(tables.used(token)).isEqualTo(100);
        assertThat(tables.remaining(token)).isEqualTo(9_900);
    }

    @Test
    void partsWithAPriceOfTheirOwnHaveColumnsAlsoAfterTheSpool() throws IOException {
        long token = tables.token("NT047", 10_000);
        UsageDetails parts = new UsageDetails(40, 4, 20, 7, 3, 5, 6, 8, 9);
        Usage named = new Usage("c1", "r1", token, "NT047", "Main", "anna", 70, 30, 50, 20, 30, 100, Bench.AT, null, parts, true);
        bench.book(Json.read(Json.MAPPER.writeValueAsString(named), Usage.class));
        bench.book(usage("c2", "r2", token, 1));
        String columns = "CachedTokens, CachedAudioTokens, ThinkingTokens, ToolUseTokens, DocumentPromptTokens, AudioPromptTokens,"
                + " VideoPromptTokens, ImageCandidatesTokens, AudioCandidatesTokens";
        assertThat(tables.rows("SELECT " + columns + " FROM LedgerTestLogs WHERE RequestID = 'r1'").get(0).values().stream()
                .map(Object::toString)).containsExactly("40", "4", "20", "7", "3", "5", "6", "8", "9");
        assertThat(tables.rows("SELECT " + columns + " FROM LedgerTestLogs WHERE RequestID = 'r2'").get(0).values())
                .as("not named is unknown").containsOnlyNulls();
        assertThat(tables.rows("SELECT IsEstimated FROM LedgerTestLogs ORDER BY RequestID")).extracting(row -> row.values().toString())
                .satisfiesExactly(r1 -> assertThat(r1).matches("\\[(true|1)]"), r2 -> assertThat(r2).matches("\\[(false|0)]"));
    }

    @Test
    void bookingTheSameCallAgainChangesNothing() {
        long token = tables.token("NT047", 10_000);
        bench.book(usage("c1", token, 100));
        assertThat(bench.book(usage("c1", token, 100))).isEqualTo(Booking.ALREADY_BOOKED);
        assertThat(bench.book(usage("c1", "other", token, 70))).isEqualTo(Booking.ALREADY_BOOKED);
        assertThat(tables.used(token)).isEqualTo(100);
        assertThat(tables.logged(token)).isEqualTo(100);
    }

    @Test
    void aReusedRequestIdLosesNoCall() {
        long token = tables.token("NT047", 10_000);
        String longId = "r".repeat(128);
        bench.book(usage("1-aaaaaaaa", "mine", token, 1));
        bench.book(usage("2-aaaaaaaa", "mine", token, 1));
        bench.book(usage("3-aaaaaaaa", "mine", token, 1));
        bench.book(usage("1-bbbbbbbb", longId, token, 1));
        bench.book(usage("2-cccccccc", longId, token, 1));
        assertThat(tables.requests()).containsExactly(
                "mine", "mine~aaaaaaaa", "mine~3-aaaaaaaa", longId, "r".repeat(119) + "~cccccccc");
        assertThat(tables.used(token)).isEqualTo(5);
    }

    @Test
    void theFallbackKeyLeavesALogRowAndNoSummary() {
        assertThat(bench.book(usage("c1", null, 100))).isEqualTo(Booking.BOOKED);
        assertThat(bench.book(usage("c1", null, 100))).isEqualTo(Booking.ALREADY_BOOKED);
        assertThat(tables.number("SELECT COUNT(*) FROM LedgerTestLogs WHERE TokenID IS NULL")).isEqualTo(1);
        assertThat(tables.number("SELECT COUNT(*) FROM LedgerTestSummary")).isZero();
    }

    @Test
    void aMissingSummaryStartsFromWhatTheLogsHold() {
        long token = tables.token("NT047", 10_000);
        bench.book(usage("c1", token, 100));
        tables.run("DELETE FROM LedgerTestSummary");
        bench.book(usage("c2", token, 50));
        assertThat(tables.used(token)).isEqualTo(150);
        assertThat(tables.remaining(token)).isEqualTo(9_850);
    }

    @Test
    void stringsAreCutToTheirColumns() {
        long token = tables.token("NT047", 10_000);
        String emoji = "\uD83D\uDE00";
        bench.book(new Usage("c1", "r\0" + "x".repeat(200), token, "c".repeat(99), "b".repeat(49) + emoji,
                "u".repeat(500), 1, 0, 0, 0, 0, 1, Bench.AT));
        assertThat(tables.rows("SELECT Branch FROM LedgerTestLogs").get(0).values()).containsExactly("b".repeat(49));
        assertThat(tables.requests().get(0)).hasSize(128).startsWith("r x");
    }

    @Test
    void twoHundredThreadsOnTwoTokensCountEveryCallOnce() throws Exception {
        long first = tables.token("NT047", 1_000_000_000);
        long second = tables.token("NT048", 1_000_000_000);
        List<Booking> bookings = inParallel(200, 1_000, i -> {
            int call = i % 500;
            return usage("call-" + call, "req-" + call % 50, call % 2 == 0 ? first : second, call);
        });
        while (bench.ledger.spooled() > 0) {
            bench.replayWhenDue();
        }
        assertThat(bookings).hasSize(1_000);
        assertThat(tables.calls()).hasSize(500).doesNotHaveDuplicates();
        long even = 249 * 250;
        assertThat(List.of(tables.logged(first), tables.used(first))).containsOnly(even);
        assertThat(List.of(tables.logged(second), tables.used(second))).containsOnly(even + 250);
        assertThat(tables.remaining(first)).isEqualTo(1_000_000_000 - even);
    }

    @Test
    void limitAndThresholdAreCrossedExactlyOnceUnderConcurrency() throws Exception {
        long token = tables.token("NT047", 10_000);
        inParallel(50, 150, i -> usage("call-" + i, token, 100));
        while (bench.ledger.spooled() > 0) {
            bench.replayWhenDue();
        }
        assertThat(tables.used(token)).isEqualTo(15_000);
        assertThat(tables.remaining(token)).isEqualTo(-5_000);
        assertThat(tables.status(token)).isEqualTo("Exceeded");
        assertThat(log.containing("WARN", "is Exceeded: 10000 of 10000 tokens used")).hasSize(1);
        assertThat(log.containing("WARN", "below its threshold: 2900 tokens remain, threshold 3000")).hasSize(1);
        assertThat(log.containing("WARN", "Token " + token)).hasSize(2);
    }

    @Test
    void aDisabledTokenStaysDisabledPastItsLimit() {
        long token = tables.token("NT047", 100);
        tables.run("UPDATE LedgerTestMaster SET Status = 'Disabled'");
        bench.book(usage("c1", token, 500));
        assertThat(tables.status(token)).isEqualTo("Disabled");
        assertThat(log.containing("WARN", "is Exceeded")).isEmpty();
    }

    @Test
    void aRefusedRecordIsKeptAndHoldsNobodyUp() throws Exception {
        long token = tables.token("NT047", Long.MAX_VALUE);
        assertThat(bench.book(usage("poison", 999_999L, 10))).isEqualTo(Booking.SPOOLED);
        bench.book(usage("great", token, Long.MAX_VALUE - 10));
        assertThat(bench.book(usage("overflow", token, 100))).as("a paid call is no fault of the sum's").isEqualTo(Booking.BOOKED);
        assertThat(tables.used(token)).as("what no BIGINT holds stays at the greatest").isEqualTo(Long.MAX_VALUE);
        assertThat(tables.status(token)).isEqualTo("Exceeded");
        assertThat(bench.health.isAway()).isFalse();
        bench.replayWhenDue();
        assertThat(tables.calls()).containsExactly("great", "overflow");
        assertThat(log.containing("ERROR", "Usage of request req-poison was refused")).hasSize(1);
        assertThat(Files.readAllLines(dataDir.resolve("spool/rejected.ndjson"))).hasSize(1)
                .allMatch(line -> line.contains("\"callId\":\"poison\""));
        assertThat(bench.ledger.spooled()).isZero();
        assertThat(bench.reservations.spooled(999_999L)).isZero();
    }

    @Test
    void aSpooledAttemptReachesRetryAttempts() {
        bench.ledger.spoolAttempt(new Attempt("r1", 7L, "NT047", 2, "timeout", true, Bench.AT));
        bench.ledger.spoolAttempt(new Attempt("r2", null, "NT047", 1, "bad file", false, Bench.AT));
        assertThat(bench.ledger.replay()).isEqualTo(2);
        assertThat(bench.ledger.replay()).isZero();
        assertThat(tables.rows("SELECT * FROM LedgerTestRetries ORDER BY RequestID")).hasSize(2)
                .first().satisfies(row -> assertThat(row.values().stream().map(String::valueOf)).contains("r1", "7", "2", "timeout"));
    }

    @Test
    void aLockedRowHoldsNobodyElseUp() throws Exception {
        long locked = tables.token("NT047", 1_000_000);
        long free = tables.token("NT048", 1_000_000);
        bench.book(usage("first-1", locked, 10));
        bench.book(usage("first-2", free, 10));
        bench.close();
        bench = new Bench(dataSource, dataDir, DataSize.ofMegabytes(64), Duration.ofSeconds(1));
        List<Booking> bookings;
        try (Connection elsewhere = dataSource.getConnection(); Statement holder = elsewhere.createStatement()) {
            elsewhere.setAutoCommit(false);
            holder.executeUpdate("UPDATE LedgerTestSummary SET Threshold = 1 WHERE TokenID = " + locked);
            bookings = inParallel(40, 80, i -> usage("call-" + i, i % 2 == 0 ? locked : free, 10));
            assertThat(bench.health.isAway()).isFalse();
            bench.ledger.replay();
            assertThat(bench.health.isAway()).isFalse();
            assertThat(bench.ledger.spooled()).isEqualTo(40);
            elsewhere.rollback();
        }
        assertThat(bookings).as("on a busy machine none is told in time that it is booked").isSubsetOf(Booking.BOOKED, Booking.SPOOLED);
        assertThat(tables.used(free)).as("booked meanwhile").isEqualTo(410);
        while (bench.ledger.spooled() > 0) {
            bench.replayWhenDue();
        }
        assertThat(List.of(tables.used(locked), tables.logged(locked), tables.logged(free))).containsOnly(410L);
        assertThat(bench.ledger.rejected()).isZero();
    }

    private List<Booking> inParallel(int threads, int calls, IntFunction<Usage> call) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Booking>> futures = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                Usage usage = call.apply(i);
                futures.add(pool.submit(() -> bench.book(usage)));
            }
            List<Booking> bookings = new ArrayList<>();
            for (Future<Booking> future : futures) {
                bookings.add(future.get());
            }
            return bookings;
        } finally {
            pool.shutdownNow();
        }
    }
}
