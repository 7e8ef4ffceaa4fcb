package dev.tollgate.logging;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;

import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class DatabaseLogTest {

    private final LogHarness log = new LogHarness();
    private final Logger logger = log.logger("dev.tollgate.example");

    @AfterEach
    void close() {
        ThreadContext.clearAll();
        log.close();
    }

    @Test
    void anEventLandsWithEveryColumnRight() {
        Instant before = Instant.now();
        ThreadContext.put("requestId", "req-1");
        log.attach(100);
        logger.error("Call {} failed", 7, new IllegalStateException("no route", new RuntimeException("refused")));
        int line = new Throwable().getStackTrace()[0].getLineNumber() - 1;
        await().until(() -> log.count() == 1);
        Map<String, Object> row = log.rows().get(0);
        assertThat(row).containsEntry("LogLevel", "ERROR").containsEntry("Logger", "dev.tollgate.example")
                .containsEntry("Module", DatabaseLogTest.class.getName())
                .containsEntry("FunctionName", "anEventLandsWithEveryColumnRight").containsEntry("LineNumber", line)
                .containsEntry("RequestID", "req-1");
        assertThat(log.messages()).containsExactly("Call 7 failed");
        assertThat(text("Exception")).startsWith("java.lang.IllegalStateException: no route")
                .contains("at " + DatabaseLogTest.class.getName()).contains("Caused by: java.lang.RuntimeException: refused");
        assertThat(((Timestamp) row.get("Timestamp")).toInstant()).isBetween(before.minusMillis(1), Instant.now().plusMillis(1));
    }

    @Test
    void whatIsUnknownStaysEmpty() {
        log.attach(100);
        logger.info("plain");
        await().until(() -> log.count() == 1);
        assertThat(log.rows().get(0)).containsEntry("Exception", null).containsEntry("RequestID", null);
    }

    @Test
    void eventsFromBeforeTheDatabaseWasReadyArriveInOrder() {
        logger.info("first");
        log.readConfigurationAnew();
        logger.info("second");
        log.attach(100);
        logger.info("third");
        await().until(() -> log.count() == 3);
        assertThat(log.messages()).containsExactly("first", "second", "third");
        assertThat(log.rows()).extracting(row -> row.get("FunctionName"))
                .containsOnly("eventsFromBeforeTheDatabaseWasReadyArriveInOrder");
    }

    @Test
    void theEarlyBufferIsBoundedAndWhatItLosesIsCounted() {
        IntStream.range(0, LogRelay.EARLY_LIMIT + 5).forEach(i -> logger.info("early {}", i));
        log.attach(LogRelay.EARLY_LIMIT + 1);
        await().until(() -> log.count() == LogRelay.EARLY_LIMIT);
        assertThat(log.drops.overflow()).isEqualTo(5);
    }

    @Test
    void theConsoleShowsWarningsAndTheStartAndTheTableShowsAll(CapturedOutput console) {
        log.attach(100);
        logger.info("quiet line");
        logger.warn("loud line");
        log.logger("org.apache.camel.impl").info("camel line");
        log.logger("dev.tollgate.start").info("open line");
        log.logger("dev.tollgate.start").warn("start warning");
        await().until(() -> log.count() == 5);
        assertThat(console).doesNotContain("quiet line").doesNotContain("camel line").contains("open line");
        assertThat(console.getAll()).containsOnlyOnce("loud line").containsOnlyOnce("start warning");
        assertThat(log.drops.total()).isZero();
    }

    @Test
    void overlongValuesAreCutToTheirColumns() {
        ThreadContext.put("requestId", "r".repeat(500));
        log.attach(100);
        log.logger("l".repeat(400)).info("m".repeat(100_000));
        await().until(() -> log.count() == 1);
        assertThat(log.rows().get(0)).containsEntry("Logger", "l".repeat(255)).containsEntry("RequestID", "r".repeat(128));
        assertThat(text("Message")).hasSize(RedactingEventFactory.MAX_CHARACTERS).endsWith("m…");
    }

    @Test
    void noPlantedSecretReachesAnySink(CapturedOutput console) {
        Redactor.register("registered s3cr3t");
        log.attach(1000);
        for (String line : PlantedSecrets.LINES) {
            logger.warn(line);
            logger.warn("parameter {}", line);
            logger.warn("thrown", new IllegalStateException(line, new RuntimeException("caused by " + line)));
        }
        logger.warn("a registered s3cr3t");
        await().until(() -> log.count() == 3 * PlantedSecrets.LINES.length + 1);
        assertThat(log.rows().toString() + log.messages()).doesNotContainPattern(PlantedSecrets.MARK);
        assertThat(log.jdbc.queryForList("SELECT Exception FROM ApplicationLogs WHERE Exception IS NOT NULL", String.class))
                .hasSize(PlantedSecrets.LINES.length).noneMatch(text -> text.matches("(?s).*" + PlantedSecrets.MARK + ".*"));
        assertThat(console.getAll()).contains("[cut]").doesNotContainPattern(PlantedSecrets.MARK);
    }

    @Test
    void whatTheLogsOwnThreadsSayNeverFeedsTheLog() throws Exception {
        log.attach(100);
        Thread own = new Thread(() -> log.logger("com.zaxxer.hikari.pool.HikariPool").warn("own pool"), "tollgate-log:housekeeper");
        own.start();
        own.join();
        log.logger("com.zaxxer.hikari.pool.HikariPool").warn("main pool");
        await().until(() -> log.count() >= 1);
        assertThat(log.messages()).containsExactly("main pool");
    }

    @Test
    void everyThreadOfTheLogIsADaemon() {
        log.attach(100);
        logger.info("one");
        await().until(() -> log.count() == 1);
        assertThat(Thread.getAllStackTraces().keySet()).filteredOn(thread -> thread.getName().contains("tollgate-log"))
                .isNotEmpty().allMatch(Thread::isDaemon);
    }

    @Test
    void aStopStoresWhatIsWaiting() {
        log.flush = Duration.ofSeconds(30);
        log.attach(8192);
        IntStream.range(0, 3_000).forEach(i -> logger.info("line {}", i));
        log.close();
        assertThat(log.count() + log.drops.total()).isEqualTo(3_000);
        assertThat(log.count()).isPositive();
    }

    private String text(String column) {
        return log.jdbc.queryForObject("SELECT " + column + " FROM ApplicationLogs", String.class);
    }
}
