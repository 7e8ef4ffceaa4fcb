package dev.tollgate.ledger;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.h2.tools.Server;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

import dev.tollgate.FreePort;
import dev.tollgate.LogLines;

import static dev.tollgate.ledger.Bench.usage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class DatabaseAwayTest {

    @TempDir
    Path folder;
    @AutoClose
    private final LogLines log = new LogLines("dev.tollgate");

    @Test
    void usageWaitsOnDiskWhileH2IsStoppedAndArrivesOnce() throws Exception {
        Server server = h2(0);
        int port = server.getPort();
        try (HikariDataSource dataSource = pool(h2Url(port)); Bench bench = new Bench(dataSource, folder)) {
            TestTables tables = TestTables.create(dataSource);
            long token = tables.token("NT047", 1_000_000);
            assertThat(bench.book(usage("c0", token, 10))).isEqualTo(Booking.BOOKED);
            server.stop();
            assertOutageLosesNothing(bench, tables, token, () -> h2(port));
        }
    }

    @Test
    void usageWaitsOnDiskWhilePostgresIsStoppedAndArrivesOnce() throws Exception {
        EmbeddedPostgres postgres = postgres(0);
        int port = postgres.getPort();
        try (HikariDataSource dataSource = pool(postgres.getJdbcUrl("postgres", "postgres"));
                Bench bench = new Bench(dataSource, folder.resolve("data"))) {
            TestTables tables = TestTables.create(dataSource);
            long token = tables.token("NT047", 1_000_000);
            assertThat(bench.book(usage("c0", token, 10))).isEqualTo(Booking.BOOKED);
            postgres.close();
            EmbeddedPostgres[] again = new EmbeddedPostgres[1];
            try {
                assertOutageLosesNothing(bench, tables, token, () -> again[0] = postgres(port));
            } finally {
                again[0].close();
            }
        }
    }

    private void assertOutageLosesNothing(Bench bench, TestTables tables, long token, Restart restart) throws Exception {
        for (int i = 1; i <= 50; i++) {
            assertThat(bench.book(usage("c" + i, token, 10))).isEqualTo(Booking.SPOOLED);
        }
        assertThat(bench.health.isAway()).isTrue();
        assertThat(bench.ledger.canBook()).isTrue();
        assertThat(bench.ledger.spooled()).isEqualTo(50);
        assertThat(bench.reservations.spooled(token)).isEqualTo(500);
        assertThat(bench.replayWhenDue()).isZero();
        assertThat(bench.ledger.spooled()).isEqualTo(50);
        restart.run();
        assertThat(bench.ledger.replay()).as("the next attempt is not due yet").isZero();
        replayUntilReached(bench, 50);
        assertThat(bench.health.isAway()).isFalse();
        assertThat(tables.calls()).containsExactlyElementsOf(IntStream.rangeClosed(0, 50).mapToObj(i -> "c" + i).toList());
        assertThat(List.of(tables.used(token), tables.logged(token))).containsOnly(510L);
        assertThat(bench.reservations.spooled(token)).isZero();
        assertThat(bench.book(usage("c51", token, 10))).isEqualTo(Booking.BOOKED);
        assertThat(log.containing("WARN", "The database is away")).hasSize(1);
        assertThat(log.containing("INFO", "The database answers again")).hasSize(1);
    }

    @Test
    void anEmptySpoolDoesNotHideThatTheDatabaseIsBack() throws Exception {
        Server server = h2(0);
        int port = server.getPort();
        try (HikariDataSource dataSource = pool(h2Url(port)); Bench bench = new Bench(dataSource, folder)) {
            TestTables.create(dataSource);
            server.stop();
            bench.health.failed(new SQLTransientConnectionException("a read failed"));
            bench.replayWhenDue();
            assertThat(bench.health.isAway()).isTrue();
            h2(port);
            await().pollInterval(Duration.ofMillis(600)).until(() -> {
                bench.replayWhenDue();
                return !bench.health.isAway();
            });
        }
    }

    @Test
    void onlyTheFirstCallWaitsForADatabaseThatHangs() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                HikariDataSource dataSource = pool("jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/x?loginTimeout=1");
                Bench bench = new Bench(dataSource, folder)) {
            assertThat(bench.book(usage("c0", 1L, 10))).isEqualTo(Booking.SPOOLED);
            long start = System.nanoTime();
            for (int i = 1; i <= 100; i++) {
                assertThat(bench.book(usage("c" + i, 1L, 10))).isEqualTo(Booking.SPOOLED);
            }
            assertThat(System.nanoTime() - start).isLessThan(100 * 200_000_000L);
        }
    }

    @Test
    void aFullSpoolIsAnnouncedBeforeMoneyIsSpent() throws Exception {
        try (HikariDataSource dataSource = pool(h2Url(1)); Bench bench = new Bench(dataSource, folder, DataSize.ofKilobytes(8))) {
            int booked = 0;
            while (bench.ledger.canBook()) {
                bench.book(usage("c" + booked++, 1L, 10));
            }
            assertThat(booked).isBetween(10, 40);
            int onTheirWay = 0;
            while (Files.size(folder.resolve("spool/usage.ndjson")) < 8_192 - 300) {
                bench.book(usage("late" + onTheirWay++, 1L, 10));
            }
            assertThat(onTheirWay).isPositive();
            assertThat(bench.book(usage("one-too-many", 1L, 10))).isEqualTo(Booking.IN_MEMORY);
            assertThat(bench.book(usage("two-too-many", 1L, 10))).isEqualTo(Booking.IN_MEMORY);
            assertThat(log.containing("ERROR", "it waits in memory")).as("one line an interval").hasSize(1);
            assertThat(bench.ledger.isInMemory("one-too-many")).isTrue();
            assertThat(bench.reservations.spooled(1)).isEqualTo(10L * (booked + onTheirWay + 2));
        }
        try (HikariDataSource back = pool("jdbc:h2:mem:full;DB_CLOSE_DELAY=-1");
                Bench bench = new Bench(back, folder, DataSize.ofKilobytes(8))) {
            TestTables.create(back).token("NT047", 1_000_000);
            bench.replayWhenDue();
            assertThat(bench.ledger.canBook()).isTrue();
            assertThat(bench.ledger.spooled()).isZero();
        }
    }

    @Test
    void whatNeitherDatabaseNorSpoolTookIsWrittenWithoutARestartAndItsReservationGoes() throws Exception {
        Server server = h2(0);
        int port = server.getPort();
        List<String> saved = new ArrayList<>();
        try (HikariDataSource dataSource = pool(h2Url(port)); Bench bench = new Bench(dataSource, folder, DataSize.ofKilobytes(1))) {
            TestTables tables = TestTables.create(dataSource);
            long token = tables.token("NT047", 1_000_000);
            bench.ledger.whenSaved(saved::add);
            server.stop();
            int calls = 0;
            while (bench.ledger.inMemory() < 3) {
                bench.book(usage("c" + calls++, token, 10));
            }
            assertThat(bench.ledger.canBook()).isFalse();
            assertThat(bench.ledger.isInMemory("c" + (calls - 1))).isTrue();
            assertThat(bench.reservations.spooled(token)).isEqualTo(10L * calls);

            h2(port);
            await().pollInterval(Duration.ofMillis(600)).until(() -> {
                bench.replayWhenDue();
                return bench.ledger.spooled() == 0;
            });
            assertThat(bench.ledger.inMemory()).isZero();
            assertThat(bench.ledger.canBook()).isTrue();
            assertThat(bench.reservations.spooled(token)).isZero();
            assertThat(tables.calls()).hasSize(calls).doesNotHaveDuplicates();
            assertThat(List.of(tables.used(token), tables.logged(token))).containsOnly(10L * calls);
            assertThat(saved).hasSize(3);
        }
    }

    @Test
    void missingTablesAreNotTheRecordsFault() throws Exception {
        try (HikariDataSource dataSource = pool("jdbc:h2:mem:late;DB_CLOSE_DELAY=-1"); Bench bench = new Bench(dataSource, folder)) {
            for (int i = 0; i < 150; i++) {
                bench.book(usage("c" + i, 1L, 10));
            }
            assertThat(bench.health.isAway()).isTrue();
            bench.replayWhenDue();
            assertThat(bench.ledger.spooled()).isEqualTo(150);
            assertThat(folder.resolve("spool/rejected.ndjson")).doesNotExist();
            TestTables tables = TestTables.create(dataSource);
            tables.token("NT047", 1_000_000);
            assertThat(bench.replayWhenDue()).isEqualTo(150);
            assertThat(tables.used(1)).isEqualTo(1_500);
        }
    }

    @Test
    void aSegmentReplayedTwiceCountsOnce() throws Exception {
        Path spool = folder.resolve("spool");
        Path copy = folder.resolve("copy.ndjson");
        try (HikariDataSource away = pool(h2Url(1)); Bench bench = new Bench(away, folder)) {
            for (int i = 0; i < 20; i++) {
                bench.book(usage("c" + i, "same", 1L, 10));
            }
            Files.copy(spool.resolve("usage.ndjson"), copy);
        }
        try (HikariDataSource back = pool("jdbc:h2:mem:twice;DB_CLOSE_DELAY=-1")) {
            TestTables tables = TestTables.create(back);
            tables.token("NT047", 1_000_000);
            for (int times = 0; times < 2; times++) {
                try (Bench bench = new Bench(back, folder)) {
                    assertThat(bench.reservations.spooled(1)).isEqualTo(200);
                    assertThat(bench.ledger.replay()).isEqualTo(20);
                    assertThat(bench.reservations.spooled(1)).isZero();
                }
                Files.copy(copy, spool.resolve("usage-000000000001.ndjson"), StandardCopyOption.REPLACE_EXISTING);
            }
            assertThat(tables.calls()).hasSize(20).doesNotHaveDuplicates();
            assertThat(List.of(tables.used(1), tables.logged(1))).containsOnly(200L);
        }
    }

    @Test
    void aDamagedLineIsKeptAsideAtTheStartAndTheRestArrives() throws Exception {
        Path spool = Files.createDirectories(folder.resolve("spool"));
        Path segment = spool.resolve("usage-000000000001.ndjson");
        writeGarbageAndOneUsage(segment);
        try (LogLines disk = new LogLines("dev.tollgate.disk");
                HikariDataSource back = pool("jdbc:h2:mem:damaged;DB_CLOSE_DELAY=-1"); Bench bench = new Bench(back, folder)) {
            TestTables tables = TestTables.create(back);
            tables.token("NT047", 1_000_000);
            bench.ledger.replay();
            assertThat(tables.calls()).containsExactly("c1");
            assertThat(disk.containing("ERROR", segment + " is damaged: line 1.")).hasSize(1);
            try (var files = Files.list(spool)) {
                assertThat(files.filter(file -> file.toString().contains(".corrupt-"))).singleElement()
                        .satisfies(copy -> assertThat(copy).content().contains("garbage"));
            }
        }
    }

    @Test
    void aLineThatIsDamagedMeanwhileGoesToTheRejectedOnesAndTheRestArrives() throws Exception {
        Path spool = folder.resolve("spool");
        try (HikariDataSource back = pool("jdbc:h2:mem:damagedlater;DB_CLOSE_DELAY=-1"); Bench bench = new Bench(back, folder)) {
            writeGarbageAndOneUsage(spool.resolve("usage-000000000001.ndjson"));
            bench.book(usage("c0", 1L, 10));
            TestTables tables = TestTables.create(back);
            tables.token("NT047", 1_000_000);
            bench.replayWhenDue();
            assertThat(tables.calls()).containsExactlyInAnyOrder("c0", "c1");
            assertThat(Files.readString(spool.resolve("rejected.ndjson"))).contains("garbage");
            assertThat(log.containing("ERROR", "Line 1 of")).hasSize(1).first().asString().contains("could not be read and is kept");
        }
    }

    @Test
    void linesOfAnEarlierReleaseArrive() throws Exception {
        Path spool = Files.createDirectories(folder.resolve("spool"));
        String line = Json.MAPPER.writeValueAsString(usage("c1", 1L, 10));
        Files.writeString(spool.resolve("usage-000000000001.ndjson"), line + "\n");
        Files.writeString(spool.resolve("usage.ndjson"), line.replace("\"c1\"", "\"c2\"") + "\n");
        try (LogLines disk = new LogLines("dev.tollgate.disk");
                HikariDataSource back = pool("jdbc:h2:mem:earlier;DB_CLOSE_DELAY=-1"); Bench bench = new Bench(back, folder)) {
            TestTables tables = TestTables.create(back);
            tables.token("NT047", 1_000_000);
            bench.ledger.replay();
            assertThat(tables.calls()).containsExactlyInAnyOrder("c1", "c2");
            assertThat(disk.all()).isEmpty();
        }
    }

    private static void writeGarbageAndOneUsage(Path file) throws IOException {
        Files.writeString(file, "{\"callId\": garbage\n");
        Files.write(file, Json.line(usage("c1", 1L, 10)), StandardOpenOption.APPEND);
    }

    /** The pool looks at a connection again only when it rested for half a second; attempts are further apart than that. */
    private static void replayUntilReached(Bench bench, int expected) {
        AtomicInteger replayed = new AtomicInteger();
        await().pollInterval(Duration.ofMillis(600)).until(() -> replayed.addAndGet(bench.replayWhenDue()) >= expected);
        assertThat(replayed).hasValue(expected);
    }

    private interface Restart {
        void run() throws Exception;
    }

    private HikariDataSource pool(String url) {
        HikariDataSource dataSource = new HikariDataSource();
        dataSource.setJdbcUrl(url);
        dataSource.setConnectionTimeout(2_000);
        dataSource.setInitializationFailTimeout(-1);
        dataSource.setMaximumPoolSize(4);
        return dataSource;
    }

    private Server h2(int port) throws Exception {
        return Server.createTcpServer("-tcpPort", String.valueOf(port), "-ifNotExists", "-baseDir", folder.toString(),
                "-tcpDaemon").start();
    }

    private static String h2Url(int port) {
        return "jdbc:h2:tcp://localhost:" + port + "/./ledger";
    }

    private EmbeddedPostgres postgres(int port) throws IOException {
        return EmbeddedPostgres.builder().setDataDirectory(folder.resolve("pg")).setCleanDataDirectory(false)
                .setPort(port == 0 ? FreePort.find() : port).start();
    }
}
