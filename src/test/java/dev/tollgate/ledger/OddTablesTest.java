package dev.tollgate.ledger;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.unit.DataSize;

import dev.tollgate.ManualClock;
import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.OddTables;
import dev.tollgate.database.OddTables.Fatal;
import dev.tollgate.database.TestDatabases;
import dev.tollgate.database.TestDatabases.Engine;
import dev.tollgate.settings.SettingException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tables as nobody has foreseen them: either they are adopted, and every row, sum and call is right afterwards, or the start is
 * refused with a sentence that says what to alter, and nothing is lost. {@code -Dtollgate.odd.tables=50} tries so many an engine.
 */
class OddTablesTest {

    private static final int CALLS = 40;
    private static final String LONG_NAME = "a branch whose name is longer than old columns";

    @TempDir
    Path folder;

    static Stream<Arguments> seeds() {
        long first = Long.getLong("tollgate.odd.first", 1);
        return Stream.of(Engine.values()).flatMap(engine -> LongStream.range(first, first + Integer.getInteger("tollgate.odd.tables", 8)).boxed()
                .map(seed -> Arguments.of(engine, seed)));
    }

    static Stream<Arguments> fatal() {
        return Stream.of(Engine.values()).flatMap(engine -> Stream.of(Fatal.values()).filter(fatal -> fatal.isPossible(engine))
                .map(fatal -> Arguments.of(engine, fatal)));
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void whatNoCallCouldBeBookedOnIsRefusedWithARemedyAndStaysAsItIs(Engine engine, Fatal fatal) throws Exception {
        if (fatal == Fatal.WRONG_KEY || fatal == Fatal.STATUS_CHECK) {
            TestDatabases.assumeNotBabelfish(engine, engine.empty(), "It knows no WITH NOCHECK");
        }
        OddTables odd = new OddTables(engine, 1_000 + fatal.ordinal(), fatal);
        Map<String, List<String>> before = odd.isRenamed() ? Map.of() : odd.rows();
        try (HikariDataSource pool = pool(odd)) {
            for (int i = 0; i < 2; i++) {
                assertThat(catchThrowable(() -> start(odd, pool))).as(odd.toString()).isInstanceOfSatisfying(SettingException.class, refused -> {
                    assertThat(refused.getMessage()).contains(fatal.words);
                    assertThat(refused.remedy()).isNotBlank();
                });
            }
        }
        assertThat(odd.isRenamed() ? Map.of() : odd.rows()).as(odd.toString()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void areAdoptedWhole(Engine engine, long seed) throws Exception {
        OddTables odd = new OddTables(engine, seed, null);
        Map<String, List<String>> before = odd.rows();
        try (HikariDataSource pool = pool(odd)) {
            start(odd, pool);

            assertThat(odd.rows()).as(odd.toString()).isEqualTo(before);
            theBooksAreRight(odd, 0);
            odd.readViews();
            Map<String, List<String>> adopted = odd.everything();
            start(odd, pool);
            assertThat(odd.everything()).as("after the second start: " + odd).isEqualTo(adopted);

            try (Ledger ledger = ledger(odd, pool)) {
                List<OddTables.Token> good = odd.tokens.subList(odd.tokens.size() - 4, odd.tokens.size());
                List<Callable<Object>> calls = new ArrayList<>();
                for (int i = 0; i < CALLS; i++) {
                    Usage usage = Bench.usage("call-" + i, good.get(i % good.size()).id(), 10);
                    calls.add(() -> ledger.book(new Usage(usage.callId(), usage.requestId(), usage.tokenId(), "C", LONG_NAME, LONG_NAME, 10, 0, 10, 0,
                            0, 10, usage.at()), true));
                }
                calls.add(() -> ledger.book(Bench.usage("by-the-house", null, 33), true));
                run(calls);
                ledger.record(new Attempt("r", good.get(0).id(), "C", 1, "an error that is longer than the column", true, Bench.AT));
                for (int i = 0; i < 20 && ledger.spooled() > 0; i++) {
                    ledger.replay();
                }
                assertThat(ledger.spooled()).as(odd.toString()).isZero();
                assertThat(ledger.rejected()).as(odd.toString()).isZero();
            }
            theBooksAreRight(odd, CALLS / 4 * 10);
            assertThat(number(odd, "SELECT COUNT(*) FROM " + odd.tables.usageLogs() + " WHERE CallID IS NOT NULL")).isEqualTo(CALLS + 1);
            assertThat(number(odd, "SELECT SUM(TotalTokensUsed) FROM " + odd.tables.usageLogs() + " WHERE CallID IS NOT NULL"))
                    .isEqualTo(CALLS * 10 + 33);
            odd.readViews();
        }
    }

    private static void theBooksAreRight(OddTables odd, long added) throws Exception {
        for (OddTables.Token token : odd.tokens) {
            List<Long> used = odd.sql.queryForList("SELECT TotalUsedTokens FROM " + odd.tables.usageSummary() + " WHERE TokenID = ? ORDER BY SummaryID",
                    Long.class, token.id());
            boolean good = odd.tokens.indexOf(token) >= odd.tokens.size() - 4;
            if (!odd.mayKeepDuplicates()) {
                assertThat(used).as(token + " of " + odd).hasSize(token.summaries().isEmpty() && token.logs().isEmpty() ? 0 : 1);
            }
            if (!used.isEmpty()) {
                assertThat(used.get(0) == null ? 0 : used.get(0)).as(token + " of " + odd).isEqualTo(odd.expected(token) + (good ? added : 0));
            }
        }
        List<Map<String, Object>> rows = odd.sql.queryForList(ReconcileStatementTest.statement(odd.tables.tokenMaster(), odd.tables.usageLogs(),
                odd.tables.usageSummary()));
        assertThat(ReconcileStatementTest.report(rows).get("drift")).as(odd + " " + rows).isEqualTo(0L);
    }

    private static LedgerTables names(OddTables odd) {
        return new LedgerTables(odd.tables.tokenMaster(), odd.tables.usageLogs(), odd.tables.usageSummary(), odd.tables.applicationLogs(),
                odd.tables.retryAttempts());
    }

    /** As the application does it: the scripts and the adoption, then the rehearsal. */
    private static void start(OddTables odd, HikariDataSource pool) throws Exception {
        odd.adopt();
        ManualClock clock = new ManualClock();
        LedgerTables names = names(odd);
        Rehearsal.run(new Transactions(pool, Duration.ofSeconds(30), DatabaseClock.here()), names, LedgerSql.of(names, odd.counts().mostOfToken(),
                odd.widths()), clock);
    }

    private Ledger ledger(OddTables odd, HikariDataSource pool) throws Exception {
        ManualClock clock = new ManualClock();
        LedgerProperties properties = new LedgerProperties(DataSize.ofMegabytes(8), Duration.ofSeconds(30), Duration.ofMillis(1),
                Duration.ofMinutes(15), Duration.ofMinutes(15), 100, Duration.ZERO);
        return new Ledger(pool, LedgerSql.of(names(odd), odd.counts().mostOfToken(), odd.widths()), DatabaseClock.here(), properties, folder,
                new DatabaseHealth(clock, properties.probeEvery()), new Reservations(clock, Duration.ofMinutes(15), Duration.ofMinutes(15)), clock, false);
    }

    private static HikariDataSource pool(OddTables odd) {
        DriverManagerDataSource source = (DriverManagerDataSource) odd.database;
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(source.getUrl());
        pool.setUsername(source.getUsername());
        pool.setPassword(source.getPassword());
        pool.setConnectionTimeout(60_000);
        pool.setMaximumPoolSize(8);
        return pool;
    }

    private static void run(List<Callable<Object>> calls) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(CALLS);
        try {
            for (Future<Object> call : callers.invokeAll(calls)) {
                call.get();
            }
        } finally {
            callers.shutdownNow();
        }
    }

    private static long number(OddTables odd, String query) {
        Long value = odd.sql.queryForObject(query, Long.class);
        return value == null ? 0 : value;
    }
}
