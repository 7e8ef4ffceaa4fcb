package dev.tollgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import dev.tollgate.e2e.Callers.Outcome;
import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A disk that fills to its last byte and is freed under a running gateway, which nobody restarts. */
class FullDiskIT {

    private final long begun = System.nanoTime();

    private static final int CALLS = 100;

    @TempDir
    Path folder;

    /** Database, spool and journal stand on one disk, as delivered: nothing can be written, so nothing more is paid for. */
    @Test
    void withH2CallsThatWerePaidForAreBookedOnceThereIsRoomAndNoOtherLeavesMeanwhile() {
        CountDownLatch gate = new CountDownLatch(1);
        FlakyGemini flaky = new FlakyGemini(CALLS / 2, gate);
        Map<String, String> settings = new HashMap<>();
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("data"), "48m"); GeminiStub gemini = new GeminiStub()) {
            gemini.script(flaky);
            try (GatewayProcess process = GatewayProcess.start(folder, settings(settings, gemini))) {
                Gateway gateway = process.gateway();
                assertThat(token(gateway, "DISK").status()).isEqualTo(201);
                Callers onTheirWay = new Callers(gateway, "DISK", CALLS);
                await().until(() -> flaky.callers() == CALLS);

                disk.fill();
                gate.countDown();
                List<Outcome> paid = onTheirWay.outcomes();
                assertThat(Callers.statuses(paid)).as("what is paid for is answered").isEqualTo(Map.of(200, (long) CALLS));
                Answer red = gateway.get("/actuator/health/readiness");
                assertThat(red.status()).as(red.text()).isEqualTo(503);
                assertThat(red.json().at("/components/ledger/details/spool").asText()).contains("make room on its disk");
                int hits = gemini.hits();
                List<Outcome> refused = new Callers(gateway, "DISK", CALLS).outcomes();
                assertThat(Callers.statuses(refused)).isEqualTo(Map.of(503, (long) CALLS));
                assertThat(refused).allSatisfy(outcome ->
                        assertThat(Long.parseLong(outcome.answer().header("Retry-After"))).isPositive());
                assertThat(gemini.hits()).as("no call leaves").isEqualTo(hits);
                assertUnavailable(token(gateway, "MEANWHILE"));
                assertThat(gateway.get("/actuator/health/liveness").status()).isEqualTo(200);

                disk.free();
                await().until(() -> readiness(gateway).equals("UP"));
                List<Outcome> after = new Callers(gateway, "DISK", CALLS).outcomes();
                assertThat(Callers.statuses(after)).isEqualTo(Map.of(200, (long) CALLS));
                settled(gateway, "DISK");
                assertThat(token(gateway, "AFTER").status()).isEqualTo(201);
                report("H2", gemini, flaky, process);
                process.stop();
            }
            new Books(JdbcClient.create(new DriverManagerDataSource(
                    "jdbc:h2:file:" + folder.resolve("data/tollgate"), "sa", ""))).agreeWith("DISK", flaky.reported());
            assertThat(flaky.reported()).hasSize(2 * CALLS);
        }
    }

    /** The spool stands on another disk and takes what the database does not: nobody notices but the operator. */
    @Test
    void withPostgresCallsGoOnIntoTheSpoolAndAreBookedOnceThereIsRoom() {
        FlakyGemini flaky = new FlakyGemini();
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("space"), "8m");
                PostgresServer postgres = new PostgresServer(folder); GeminiStub gemini = new GeminiStub()) {
            gemini.script(flaky);
            Books books = new Books(postgres.sql());
            books.company("DISK", "key-1", "key-2");
            postgres.sql().sql("CREATE TABLESPACE small LOCATION '" + disk.folder() + "'").update();
            postgres.sql().sql("ALTER TABLE TokenUsageLogs SET TABLESPACE small").update();
            postgres.sql().sql("SELECT indexname FROM pg_indexes WHERE tablename = 'tokenusagelogs'").query(String.class).list()
                    .forEach(index -> postgres.sql().sql("ALTER INDEX " + index + " SET TABLESPACE small").update());
            try (GatewayProcess process = GatewayProcess.start(folder, settings(new HashMap<>(postgres.settings()), gemini))) {
                Gateway gateway = process.gateway();
                List<Outcome> outcomes = new ArrayList<>(new Callers(gateway, "DISK", CALLS).outcomes());

                disk.fill();
                outcomes.addAll(new Callers(gateway, "DISK", CALLS).outcomes());
                await().until(() -> readiness(gateway).equals("DEGRADED"));
                assertThat(gateway.get("/actuator/health/readiness").json().at("/components/ledger/details/reason").asText())
                        .contains("postgresql://127.0.0.1", "its disk is full", "Make room");

                disk.free();
                outcomes.addAll(new Callers(gateway, "DISK", CALLS).outcomes());
                await().until(() -> readiness(gateway).equals("UP"));
                settled(gateway, "DISK");
                assertThat(Callers.statuses(outcomes)).isEqualTo(Map.of(200, 3L * CALLS));
                assertThat(flaky.reported()).hasSize(3 * CALLS);
                books.agreeWith("DISK", flaky.reported());
                report("PostgreSQL", gemini, flaky, process);
            }
        }
    }

    @Test
    void aStartOnAFullDiskSaysSoAndGoesOnWhenThereIsRoom() {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("data"), "48m")) {
            disk.fill();
            CompletableFuture<Void> operator = CompletableFuture.runAsync(() -> {
                await().until(() -> consoles().contains("is full: 0 bytes are free"));
                disk.free();
            });
            try (GatewayProcess process = GatewayProcess.start(folder, Map.of())) {
                operator.join();
                assertThat(process.console()).contains("Make room; the start waits for PT2M").doesNotContain("\tat ");
            }
        }
    }

    private String consoles() {
        try (Stream<Path> files = Files.list(folder)) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("console")).toList()) {
                all.append(Files.readString(file));
            }
            return all.toString();
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void settled(Gateway gateway, String company) {
        await().until(() -> gateway.get("/status").json().at("/gemini/spooled").asLong(-1) == 0);
        JsonNode report = gateway.get("/status/reconcile").json();
        assertThat(report.path("drift").asLong()).isZero();
        for (JsonNode token : report.path("tokens")) {
            if (token.path("companyID").asText().equals(company)) {
                assertThat(token.path("reserved").asLong()).isZero();
                assertThat(token.path("spooled").asLong()).isZero();
                assertThat(token.path("drift").asLong()).isZero();
            }
        }
    }

    private void report(String database, GeminiStub gemini, FlakyGemini flaky, GatewayProcess process) {
        List<String> about = process.console().lines()
                .filter(line -> line.contains("disk") || line.contains("cannot be") || line.contains("spool")).toList();
        System.out.println(database + ": " + gemini.hits() + " hits, " + flaky.reported().size() + " served; console:");
        about.forEach(line -> System.out.println("  " + line));
        long minutes = 1 + TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - begun);
        assertThat(about).as("of four kinds one line a minute each").hasSizeLessThanOrEqualTo((int) (4 * minutes));
        assertThat(process.console()).as("no stack trace").doesNotContain("\n\tat ");
    }

    private static Answer token(Gateway gateway, String company) {
        return gateway.request("POST", "/admin/tokens", "application/json", ("{\"CompanyID\":\"" + company
                + "\",\"CompanyName\":\"C\",\"ApiKey\":\"key-" + company + "\",\"Provider\":\"Gemini\",\"TotalTokenLimit\":1000000000}")
                .getBytes(StandardCharsets.UTF_8));
    }

    private static void assertUnavailable(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(503);
        assertThat(Long.parseLong(answer.header("Retry-After"))).isPositive();
        assertThat(answer.json().path("status").asText()).isEqualTo("error");
    }

    private static String readiness(Gateway gateway) {
        return gateway.get("/actuator/health/readiness").json().path("status").asText();
    }

    private static Map<String, String> settings(Map<String, String> settings, GeminiStub gemini) {
        settings.put("tollgate.ledger.probe-every", "1s");
        settings.put("tollgate.ledger.replay-cron", "0/1 * * * * ?");
        settings.put("tollgate.gemini.base-url", gemini.url());
        settings.put("tollgate.gemini.forward-headers", "X-Request-Id");
        settings.put("tollgate.retry.initial-delay", "20ms");
        return settings;
    }
}
