package dev.tollgate.ledger;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.zaxxer.hikari.HikariDataSource;
import org.awaitility.Awaitility;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.LogLines;

import static dev.tollgate.ledger.Bench.usage;
import static org.assertj.core.api.Assertions.assertThat;

/** What a SIGKILL at an arbitrary moment leaves behind. */
class KillTest {

    private static final String NOBODY_LISTENS = "jdbc:h2:tcp://localhost:1/x";

    @TempDir
    Path folder;
    private Process child;

    @AfterEach
    void endChild() {
        if (child != null) {
            child.destroyForcibly();
        }
    }

    @Test
    void everyAcknowledgedCallOfAKilledProcessIsBookedOnce() throws Exception {
        child = start("book", NOBODY_LISTENS);
        Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> Files.size(output()) > 300 * 37);
        child.destroyForcibly().waitFor();
        // The last line may have been cut by the kill; then its call counts as not acknowledged.
        List<String> acknowledged = Files.readAllLines(output()).stream().filter(id -> id.length() == 36).toList();
        try (LogLines log = new LogLines("dev.tollgate.ledger"); HikariDataSource dataSource = memory("killed"); Bench bench = new Bench(dataSource, folder)) {
            TestTables tables = TestTables.create(dataSource);
            tables.token("NT047", 1_000_000_000);
            bench.ledger.replay();
            Set<String> booked = new HashSet<>(tables.calls());
            assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(300).doesNotHaveDuplicates();
            assertThat(booked).containsAll(acknowledged).hasSize(tables.calls().size());
            assertThat(booked.size()).as("at most one more for each thread").isLessThanOrEqualTo(acknowledged.size() + 4);
            assertThat(List.of(tables.used(1), tables.logged(1))).containsOnly(7L * booked.size());
            new InFlight(folder.resolve("spool"), bench.clock).close();
            assertThat(log.containing("WARN", "was cut off by a crash; up to 7 tokens")).hasSizeBetween(0, 4);
        }
    }

    @Test
    void aReplayThatIsKilledHalfwayIsFinishedByTheNext() throws Exception {
        try (HikariDataSource away = new HikariDataSource()) {
            away.setJdbcUrl(NOBODY_LISTENS);
            away.setConnectionTimeout(300);
            away.setInitializationFailTimeout(-1);
            try (Bench bench = new Bench(away, folder)) {
                for (int i = 0; i < 10_000; i++) {
                    bench.book(usage("c" + i, 1L, 7));
                }
            }
        }
        Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-tcpDaemon", "-baseDir", folder.toString()).start();
        try (HikariDataSource dataSource = memory("halfway")) {
            TestTables tables = TestTables.create(dataSource);
            tables.token("NT047", 1_000_000_000);
            child = start("replay", "jdbc:h2:tcp://localhost:" + server.getPort() + "/mem:halfway");
            Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> tables.number("SELECT COUNT(*) FROM LedgerTestLogs") > 200);
            child.destroyForcibly().waitFor();
            assertThat(tables.number("SELECT COUNT(*) FROM LedgerTestLogs")).isLessThan(10_000);
            try (Bench bench = new Bench(dataSource, folder)) {
                Awaitility.await().until(() -> {
                    bench.replayWhenDue();
                    return bench.ledger.spooled() == 0;
                });
            }
            assertThat(tables.calls()).hasSize(10_000).doesNotHaveDuplicates();
            assertThat(List.of(tables.used(1), tables.logged(1))).containsOnly(70_000L);
        } finally {
            server.stop();
        }
    }

    private Process start(String mode, String url) throws Exception {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), KilledProcess.class.getName(), mode, folder.toString(), url)
                .redirectOutput(output().toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private Path output() {
        return folder.resolve("output.txt");
    }

    private static HikariDataSource memory(String name) {
        HikariDataSource dataSource = new HikariDataSource();
        dataSource.setJdbcUrl("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
        return dataSource;
    }
}
