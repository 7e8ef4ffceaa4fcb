package dev.tollgate.ledger;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.tollgate.ledger.Bench.usage;
import static org.assertj.core.api.Assertions.assertThat;

/** Whatever a driver throws while calls are booked: the books hold what was paid, and nothing is thrown away but what is wrong itself. */
class FaultsByNumberTest {

    private static final int CALLS = 300;

    @TempDir(factory = DamagedFilesTest.QuickFolder.class)
    Path folder;
    private HikariDataSource pool;
    private FaultyDatabase database;
    private TestTables tables;
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        pool = new HikariDataSource();
        pool.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID());
        pool.setMaximumPoolSize(8);
        database = new FaultyDatabase(pool);
        tables = TestTables.create(pool);
        bench = new Bench(database, folder);
        bench.ledger.pauseBy(tries -> Thread.yield());
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
        pool.close();
    }

    /** SQLState and the driver's number: disk, memory, throttling, failover, shutdown, rights, tables, locks, time limits, and nonsense. */
    static Stream<Arguments> faults() {
        Stream<String> postgresql = Stream.of("53000", "53100", "53200", "53300", "53400", "25006", "42501", "42P01", "42703", "3F000",
                "57014", "57P01", "57P02", "57P03", "57P04", "58030", "58P01", "08006", "08003", "08007", "40001", "40003", "40P01", "55P03",
                "XX000", "XX001", "XX002", "F0000", "P0001", "28P01", "72000", "0A000", "54001", "55006", "25P02", "26000");
        Stream<Integer> sqlServer = Stream.of(9002, 1105, 1101, 3906, 40544, 40501, 40197, 40613, 10928, 10929, 49918, 49919, 49920, 701,
                8645, 8651, 229, 230, 208, 207, 1205, 1222, 3960, 3908, 4060, 18456, 823, 824, 825, 945, 983, 976, 978, 17142, 40020, 40143,
                40166, 40540, 40552, 596, 6005, 50000, 41302, 64);
        Stream<Integer> h2 = Stream.of(50200, 90131, 40001, 90067, 90098, 90121, 90097, 42102, 90096, 50000, 90028, 90031);
        return Stream.of(postgresql.map(state -> Arguments.of(state, 0)), sqlServer.map(number -> Arguments.of("S0001", number)),
                h2.map(number -> Arguments.of(number == 50200 ? "HYT00" : String.valueOf(number), number))).flatMap(all -> all);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void whatIsNotTheRecordsFaultLosesNothing(String state, int number) throws Exception {
        for (FaultyDatabase.Where where : FaultyDatabase.Where.values()) {
            long[] tokens = {tables.token("A", 1_000_000), tables.token("B", 1_000_000), tables.token("C", 1_000_000)};
            long before = tables.number("SELECT COUNT(*) FROM LedgerTestLogs");
            String run = where + "-";
            int part = where == FaultyDatabase.Where.STATEMENT ? CALLS / 5 : CALLS / 20;
            inParallel(0, part, run, tokens);
            database.fail(where, 3, () -> new SQLException("on order", state, number));
            inParallel(part, 2 * part, run, tokens);
            bench.replayWhenDue();
            database.fail(where, 1, () -> new SQLException("on order", state, number));
            inParallel(2 * part, 4 * part, run, tokens);
            for (int i = 0; i < 3; i++) {
                bench.replayWhenDue();
            }
            database.mend();
            bench.replayWhenDue();
            inParallel(4 * part, 5 * part, run, tokens);
            for (int i = 0; i < 20 && bench.ledger.spooled() > 0; i++) {
                bench.replayWhenDue();
            }

            assertThat(bench.ledger.spooled()).as("left behind after " + where).isZero();
            assertThat(tables.number("SELECT COUNT(*) FROM LedgerTestLogs") - before).as("rows, faults at " + where).isEqualTo(5 * part);
            for (long token : tokens) {
                assertThat(List.of(tables.logged(token), tables.used(token))).containsOnly(10L * 5 * part / tokens.length);
                assertThat(bench.reservations.spooled(token)).isZero();
            }
        }
        assertThat(bench.ledger.rejected()).isZero();
        assertThat(folder.resolve("spool/rejected.ndjson")).doesNotExist();
        assertThat(bench.health.isAway()).isFalse();
    }

    @Test
    void whatIsTheRecordsFaultIsKeptCountedAndBroughtBackExactlyOnce() throws Exception {
        long[] tokens = {tables.token("A", 1_000_000), tables.token("B", 1_000_000), tables.token("C", 1_000_000)};
        tables.run("ALTER TABLE LedgerTestLogs ADD CONSTRAINT NoTwos CHECK (CallID NOT LIKE '%2')");
        inParallel(0, CALLS, "call-", tokens);
        bench.book(usage("of-nobody", 999_999L, 10));
        for (int i = 0; i < 3; i++) {
            bench.replayWhenDue();
        }
        assertThat(bench.ledger.spooled()).isZero();
        assertThat(bench.ledger.rejected()).isEqualTo(CALLS / 10 + 1);
        assertThat(tables.calls()).hasSize(CALLS - CALLS / 10);

        assertThat(bench.ledger.replayRejected()).as("nothing is mended yet").isEqualTo(new Rejections(0, CALLS / 10 + 1));
        tables.run("ALTER TABLE LedgerTestLogs DROP CONSTRAINT NoTwos");
        Path kept = folder.resolve("spool/rejected.ndjson");
        byte[] before = Files.readAllBytes(kept);
        assertThat(bench.ledger.replayRejected()).isEqualTo(new Rejections(CALLS / 10, 1));
        assertThat(bench.ledger.replayRejected()).isEqualTo(new Rejections(0, 1));
        bench.close();
        Files.delete(folder.resolve("spool/rejected.ndjson.mark"));
        Files.write(kept, before); // as if the process had been killed between the rows and the file
        bench = new Bench(database, folder);
        assertThat(bench.ledger.rejected()).isEqualTo(CALLS / 10 + 1);
        tables.run("INSERT INTO LedgerTestMaster (TokenID, CompanyID, ApiKey, Provider) VALUES (999999, 'late', 'k', 'Gemini')");
        assertThat(bench.ledger.replayRejected()).isEqualTo(new Rejections(CALLS / 10 + 1, 0));

        assertThat(tables.calls()).hasSize(CALLS + 1).doesNotHaveDuplicates();
        for (long token : tokens) {
            assertThat(List.of(tables.logged(token), tables.used(token))).containsOnly(10L * CALLS / tokens.length);
        }
        assertThat(kept).doesNotExist();
        assertThat(bench.ledger.rejected()).isZero();
    }

    @Test
    void aCallWhoseUsageIsRefusedIsTriedOnceAMinuteOnly() {
        long token = tables.token("A", 1_000_000);
        tables.run("ALTER TABLE LedgerTestLogs ADD CONSTRAINT Nothing CHECK (TotalTokensUsed < 5)");
        int paid = 0;
        for (int second = 0; second < 170; second++) {
            Reservation reservation = bench.reservations.reserve(token, 0, 1_000_000, 100);
            if (reservation.admitted()) {
                bench.book(usage("c" + paid++, token, 10));
                bench.reservations.settle(reservation);
                bench.ledger.replay();
            }
            bench.clock.advance(Duration.ofSeconds(1));
        }
        assertThat(paid).isEqualTo(3);
        assertThat(bench.ledger.rejected()).isEqualTo(3);
        assertThat(bench.reservations.hasRoom(token, 0, 1_000_000)).isFalse();
        assertThat(bench.reservations.isSpent(token, 0, 1_000_000)).isTrue();
        tables.run("ALTER TABLE LedgerTestLogs DROP CONSTRAINT Nothing");
        bench.ledger.replayRejected();
        assertThat(bench.reservations.hasRoom(token, 0, 1_000_000)).as("at once, when it is mended").isTrue();
    }

    private void inParallel(int from, int to, String run, long... tokens) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = from; i < to; i++) {
                Usage usage = usage(run + i, tokens[i % tokens.length], 10);
                calls.add(callers.submit(() -> bench.book(usage)));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        } finally {
            callers.shutdownNow();
        }
    }
}
