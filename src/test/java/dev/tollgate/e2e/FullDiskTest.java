package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.FullDisk;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.Reservations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The disk of the H2 file fills while calls are served, and is freed: nobody restarts anything, nothing is lost. */
@ExtendWith(OutputCaptureExtension.class)
class FullDiskTest extends GatewayTest {

    private static final int CALLS = 300;

    @Autowired
    DatabaseHealth health;

    @Autowired
    Ledger ledger;

    @Autowired
    Reservations reservations;

    @DynamicPropertySource
    static void onADiskThatFills(DynamicPropertyRegistry registry) throws IOException {
        FullDisk.register();
        Path disk = Files.createTempDirectory("tollgate-full");
        registry.add("spring.datasource.url",
                () -> "jdbc:h2:full:" + disk.resolve("tollgate") + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0;TRACE_LEVEL_FILE=0");
        registry.add("tollgate.ledger.probe-every", () -> "1s");
        registry.add("tollgate.ledger.replay-cron", () -> "0/1 * * * * ?");
        registry.add("tollgate.logging.retry-interval", () -> "500ms");
        registry.add("tollgate.gemini.forward-headers", () -> "X-Request-Id");
    }

    @Autowired
    DataSource pool;

    /** As in production: where H2 has closed itself, whoever looks whether it opens again waits so long, and each call may be the one. */
    @BeforeEach
    void impatient() throws SQLException {
        pool.unwrap(HikariDataSource.class).setConnectionTimeout(2_000);
    }

    @AfterEach
    void free() {
        FullDisk.free();
    }

    @Test
    void whatIsPaidForOnAFullDiskIsInTheBooksOnceItIsFreedWithoutARestart(CapturedOutput console) {
        company("DISK", "key-disk", "Active", 1_000_000_000);
        FlakyGemini flaky = new FlakyGemini();
        gemini.script(flaky);
        assertThat(readiness()).isEqualTo("UP");
        AtomicInteger served = new AtomicInteger();

        call(CALLS / 3, served);
        FullDisk.fill();
        call(CALLS / 3, served);

        await().until(() -> readiness().equals("DEGRADED"));
        // whoever meets a connection that another's failed write has closed may be the first to report
        await().untilAsserted(() -> assertThat(health().at("/components/ledger/details/reason").asText())
                .contains("tollgate cannot be written: its disk is full", "Make room"));
        assertThat(served).as("calls that were served meanwhile").hasValue(2 * CALLS / 3);
        assertThat(ledger.spooled()).isPositive();
        assertRefused(gateway.request("POST", "/admin/tokens", "application/json", ("{\"CompanyID\":\"NEW\",\"CompanyName\":\"New\","
                + "\"ApiKey\":\"k-new\",\"Provider\":\"Gemini\"}").getBytes(StandardCharsets.UTF_8)));
        assertThat(gateway.get("/actuator/health/liveness").status()).isEqualTo(200);

        FullDisk.free();
        call(CALLS / 3, served);
        await().atMost(Duration.ofSeconds(30)).until(() -> readiness().equals("UP") && ledger.spooled() == 0);

        assertThat(served).hasValue(CALLS);
        new Books(database).agreeWith("DISK", flaky.reported());
        assertThat(flaky.reported()).hasSize(CALLS);
        JsonNode report = gateway.get("/status/reconcile").json();
        assertThat(report.path("drift").asLong()).isZero();
        assertThat(reservations.reserved()).isZero();
        assertThat(console.getAll().lines().filter(line -> line.contains("its disk is full")).toList())
                .as("one line a minute").hasSizeLessThanOrEqualTo(2);
        assertThat(console.getAll().lines().filter(line -> line.startsWith("\tat ")).toList()).as("no stack trace for it").isEmpty();
        assertThat(gateway.request("POST", "/admin/tokens", "application/json", ("{\"CompanyID\":\"NEW\",\"CompanyName\":\"New\","
                + "\"ApiKey\":\"k-new\",\"Provider\":\"Gemini\"}").getBytes(StandardCharsets.UTF_8)).status()).isEqualTo(201);
    }

    private void call(int times, AtomicInteger served) {
        IntStream.range(0, times).parallel().forEach(i -> {
            if (gateway.extract("DISK").status() == 200) {
                served.incrementAndGet();
            }
        });
    }

    private String readiness() {
        return health().path("status").asText();
    }

    private JsonNode health() {
        return gateway.get("/actuator/health/readiness").json();
    }

    private static void assertRefused(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(503);
        assertThat(Long.parseLong(answer.header("Retry-After"))).isPositive();
        assertThat(answer.json().path("status").asText()).isEqualTo("error");
    }
}
