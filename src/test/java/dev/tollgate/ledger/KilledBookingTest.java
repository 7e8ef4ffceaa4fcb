package dev.tollgate.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import com.zaxxer.hikari.HikariDataSource;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.FreePort;
import dev.tollgate.disk.ChildJvm;
import dev.tollgate.e2e.SmallDisk;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * SIGKILL at random moments of the booking path, in a process that runs nothing else: whatever was answered is booked, and
 * nothing twice. A few kills of each kind in every run; on demand {@code mvn test -Dtest=KilledBookingTest
 * -Dtollgate.kills=1000} makes so many, half of them plain, the others with a torn tail, with an embedded database that dies
 * with the process, with a disk that is full, and with a database that is away meanwhile.
 */
class KilledBookingTest {

    private static final int KILLS = Integer.getInteger("tollgate.kills", 10);
    private static final List<String> JVM = List.of("-Xmx64m", "-Xshare:auto", "-XX:+UseSerialGC");

    @TempDir
    Path folder;
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private int answered;
    private int unanswered;

    @Test
    void whatWasAnsweredIsBookedOnceWheneverTheKillCame() throws Exception {
        int port = FreePort.find();
        Server server = tcp(port);
        String url = "jdbc:h2:tcp://localhost:" + port + "/mem:killed;DB_CLOSE_DELAY=-1";
        try (HikariDataSource database = open("jdbc:h2:mem:killed;DB_CLOSE_DELAY=-1")) {
            create(database);
            for (int kill = 0; kill < KILLS / 2; kill++) {
                check(database, kill("plain" + kill, folder, url, () -> { }), folder, "plain" + kill, 1);
            }
            for (int kill = 0; kill < KILLS / 8 + 1; kill++) {
                Set<String> calls = kill("torn" + kill, folder, url, () -> { });
                tear(folder.resolve("spool/usage.ndjson"));
                check(database, calls, folder, "torn" + kill, 1);
            }
            server.stop();
            Set<String> meanwhile = new HashSet<>();
            for (int kill = 0; kill < KILLS / 8 + 1; kill++) {
                meanwhile.addAll(kill("away" + kill, folder, url, () -> { }));
            }
            server = tcp(port);
            check(database, meanwhile, folder, "away", KILLS / 8 + 1);
        } finally {
            server.stop();
        }
        System.out.println(KILLS + " kills asked for; " + answered + " calls were answered and booked, " + unanswered + " booked and not answered; seed " + seed);
    }

    @Test
    void theEmbeddedDatabaseThatDiesWithTheProcessForgetsNothingEither() throws Exception {
        String url = "jdbc:h2:file:" + folder.resolve("books") + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0";
        try (HikariDataSource database = open(url)) {
            create(database);
        }
        for (int kill = 0; kill < KILLS / 8 + 1; kill++) {
            Set<String> calls = kill("embedded" + kill, folder, url, () -> { });
            try (HikariDataSource database = open(url)) {
                check(database, calls, folder, "embedded" + kill, 1);
            }
        }
    }

    @Test
    void aDiskThatFillsMeanwhileLosesNothingThatWasAnswered() throws Exception {
        int port = FreePort.find();
        Server server = tcp(port);
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), "2m");
                HikariDataSource database = open("jdbc:h2:mem:full;DB_CLOSE_DELAY=-1")) {
            create(database);
            for (int kill = 0; kill < KILLS / 8 + 1; kill++) {
                Set<String> calls = kill("full" + kill, folder.resolve("disk"), "jdbc:h2:tcp://localhost:" + port + "/mem:full", disk::fill);
                disk.free();
                check(database, calls, folder.resolve("disk"), "full" + kill, 1);
            }
        } finally {
            server.stop();
        }
    }

    /** Once the first call is answered, or, one time in ten, before anything is. */
    private Set<String> kill(String run, Path data, String url, Runnable trouble) throws Exception {
        ChildJvm child = ChildJvm.start(JVM, KilledBooking.class, data.toString(), url, run);
        List<String> lines = new ArrayList<>();
        if (random.nextInt(10) > 0) {
            lines.addAll(child.lines(1));
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(20)));
            trouble.run();
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(40)));
        } else {
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(800)));
        }
        child.kill();
        lines.addAll(child.lines(Integer.MAX_VALUE));
        Set<String> calls = new HashSet<>();
        lines.stream().filter(line -> line.startsWith("answered ") && line.endsWith(".")) // the last may have been cut
                .forEach(line -> assertThat(calls.add(line.substring(9, line.length() - 1))).isTrue());
        return calls;
    }

    private void check(HikariDataSource database, Set<String> calls, Path data, String run, int kills) throws IOException {
        TestTables tables = new TestTables(database);
        try (Bench bench = new Bench(database, data)) {
            for (int i = 0; i < 50 && bench.ledger.spooled() > 0; i++) {
                bench.replayWhenDue();
            }
            assertThat(bench.ledger.spooled()).isZero();
            assertThat(bench.ledger.rejected()).isZero();
        }
        List<String> booked = tables.callsLike(run + "%");
        assertThat(booked).as(run).doesNotHaveDuplicates().containsAll(calls);
        assertThat(booked.size() - calls.size()).as("under way when the kill came").isLessThanOrEqualTo(KilledBooking.CALLERS * kills);
        for (long token = 1; token <= 2; token++) {
            assertThat(tables.used(token)).as(run).isEqualTo(tables.logged(token));
        }
        answered += calls.size();
        unanswered += booked.size() - calls.size();
    }

    /** As a power cut or a kill may leave the line that was being written. */
    private void tear(Path journal) throws IOException {
        byte[] line = Json.line(Bench.usage("torn", 1L, 7));
        Files.writeString(journal, new String(line, 0, 1 + random.nextInt(line.length - 2), StandardCharsets.UTF_8), StandardOpenOption.APPEND,
                StandardOpenOption.CREATE);
    }

    private static void create(HikariDataSource database) {
        TestTables tables = TestTables.create(database);
        tables.token("A", 1_000_000_000);
        tables.token("B", 1_000_000_000);
        tables.run("INSERT INTO LedgerTestSummary (TokenID, TotalUsedTokens, TotalRemainingTokens) VALUES (1, 0, 0), (2, 0, 0)");
    }

    private static HikariDataSource open(String url) {
        HikariDataSource database = new HikariDataSource();
        database.setJdbcUrl(url);
        database.setMaximumPoolSize(2);
        return database;
    }

    private static Server tcp(int port) throws Exception {
        return Server.createTcpServer("-tcpPort", String.valueOf(port), "-tcpDaemon").start();
    }
}
