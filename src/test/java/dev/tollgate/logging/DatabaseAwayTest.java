package dev.tollgate.logging;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.apache.logging.log4j.core.Logger;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class DatabaseAwayTest {

    private static final int QUEUE = 1_000;
    private static final int CALLS = 8_000;

    private final LogHarness log = new LogHarness();
    private final Logger logger = log.logger("dev.tollgate.example");
    private final ExecutorService requests = Executors.newFixedThreadPool(8);

    @AfterEach
    void close() {
        requests.shutdownNow();
        log.close();
    }

    @Test
    void aStormAgainstAnInsertThatHangsNeverWaitsForIt(CapturedOutput console) throws Exception {
        try (Connection other = log.jdbc.getDataSource().getConnection(); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            // The log's first row waits for this one to be committed or rolled back.
            statement.execute("INSERT INTO ApplicationLogs (LogID) VALUES (1)");
            log.attach(QUEUE);
            storm();
            assertThat(log.count()).isZero();
            assertThat(log.drops.overflow()).isBetween(CALLS - QUEUE - 2L * LogTable.BATCH, (long) CALLS - QUEUE);
            assertThat(console).contains("a warning in the storm");
            other.rollback();
        }
        assertTheLogResumesAndAllIsAccountedFor(console);
    }

    @Test
    void aStormAgainstADatabaseThatHangsAsItConnectsNeverWaitsForIt(CapturedOutput console) throws Exception {
        CountDownLatch hung = new CountDownLatch(1);
        log.attach(new DelegatingDataSource(log.jdbc.getDataSource()) {
            @Override
            public Connection getConnection() throws SQLException {
                try {
                    hung.await();
                } catch (InterruptedException e) {
                    throw new SQLException(e);
                }
                return super.getConnection();
            }
        }, QUEUE);
        storm();
        assertThat(log.count()).isZero();
        assertThat(log.drops.overflow()).isPositive();
        assertThat(console).contains("a warning in the storm");
        await().until(() -> console.getAll().contains("The log cannot be stored in its table now"));
        hung.countDown();
        assertTheLogResumesAndAllIsAccountedFor(console);
    }

    @Test
    void whatIsLoggedWhileTheServerIsDownArrivesWhenItReturns(CapturedOutput console) throws Exception {
        Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        int port = server.getPort();
        log.attach(new DriverManagerDataSource("jdbc:h2:tcp://localhost:" + port + "/" + log.memory, "sa", ""), QUEUE);
        logger.info("before");
        await().until(() -> log.count() == 1);
        server.stop();
        IntStream.range(0, 500).forEach(i -> logger.info("meanwhile"));
        await().until(() -> console.getAll().contains("The log cannot be stored in its table now"));
        server = Server.createTcpServer("-tcpPort", Integer.toString(port), "-ifNotExists").start();
        try {
            await().until(() -> log.count() == 501);
            assertThat(log.drops.total()).isZero();
            logger.info("after");
            await().until(() -> log.messages().contains("after"));
            assertThat(console).contains("The log is stored in its table again");
        } finally {
            log.close();
            server.stop();
        }
    }

    @Test
    void aTableThatIsMissingSendsLinesToTheConsoleUntilItIsThere(CapturedOutput console) {
        log.jdbc.execute("DROP TABLE ApplicationLogs");
        log.attach(QUEUE);
        logger.info("line without a table");
        logger.warn("warning without a table");
        await().until(() -> log.drops.failed() == 2);
        assertThat(console.getAll()).containsOnlyOnce("line without a table").containsOnlyOnce("warning without a table")
                .containsOnlyOnce("The log cannot be stored");
        log.createTable();
        logger.info("line with a table");
        await().until(() -> log.messages().contains("line with a table"));
    }

    @Test
    void oneLineThatTheDatabaseRefusesTakesNoOtherWithIt(CapturedOutput console) {
        log.jdbc.execute("ALTER TABLE ApplicationLogs ADD CONSTRAINT Picky CHECK (Message NOT LIKE 'bad%')");
        List.of("good 1", "bad 2", "good 3", "good 4").forEach(logger::info);
        log.attach(QUEUE);
        await().until(() -> log.count() == 3 && log.drops.failed() == 1);
        assertThat(log.messages()).containsExactly("good 1", "good 3", "good 4");
        assertThat(console).contains("bad 2");
    }

    @Test
    void aStopWhileTheDatabaseIsAwayShowsWhatWaitsOnTheConsole(CapturedOutput console) {
        log.attach(new DelegatingDataSource(log.jdbc.getDataSource()) {
            @Override
            public Connection getConnection() throws SQLException {
                throw new SQLException("away");
            }
        }, QUEUE);
        IntStream.range(0, QUEUE).forEach(i -> logger.info("waiting line"));
        log.close();
        assertThat(log.drops.total()).isEqualTo(QUEUE);
        assertThat(console.getAll().split("waiting line", -1)).hasSize(QUEUE + 1);
    }

    /** Returns although the database hangs: that is the test. */
    private void storm() throws Exception {
        Callable<Object> caller = () -> {
            for (int i = 1; i <= CALLS / 8; i++) {
                if (i % 1_000 == 0) {
                    logger.warn("a warning in the storm");
                } else {
                    logger.info("a line in the storm");
                }
            }
            return null;
        };
        for (var done : requests.invokeAll(IntStream.range(0, 8).mapToObj(i -> caller).toList())) {
            done.get();
        }
    }

    private void assertTheLogResumesAndAllIsAccountedFor(CapturedOutput console) {
        await().until(() -> log.count() + log.drops.total() == CALLS);
        assertThat(console.getAll().split("a line in the storm", -1)).hasSizeLessThanOrEqualTo((int) log.drops.total() + 1);
        logger.info("after the storm");
        await().until(() -> log.messages().contains("after the storm"));
    }
}
