package dev.tollgate.e2e;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import dev.tollgate.database.TestDatabases;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.e2e.GeminiStub.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A Gemini that keeps failing is left alone for a while, and then tried with a few calls. */
class BreakerIT {

    private static final int CALLS = 4;
    private static final int ATTEMPTS = 2;

    @TempDir
    Path folder;

    @Test
    void sustainedFailureOpensItAndSuccessClosesItAgain() {
        DriverManagerDataSource database = (DriverManagerDataSource) TestDatabases.postgresql();
        Books books = new Books(JdbcClient.create(database));
        books.company("BROKEN", "key-1");
        try (GeminiStub gemini = new GeminiStub(); GatewayProcess process = GatewayProcess.start(folder, Map.of(
                "spring.datasource.url", database.getUrl(), "spring.datasource.username", "postgres",
                "tollgate.gemini.base-url", gemini.url(), "tollgate.retry.initial-delay", "5ms",
                "tollgate.retry.max-retries", String.valueOf(ATTEMPTS - 1), "tollgate.gemini.breaker.open", "3s",
                "tollgate.gemini.breaker.minimum-calls", String.valueOf(CALLS),
                "tollgate.gemini.breaker.window", String.valueOf(CALLS), "tollgate.gemini.breaker.trial-calls", "1"))) {
            Gateway gateway = process.gateway();
            gemini.script((call, number) -> Reply.status(400, "INVALID_ARGUMENT"));
            repeat(2 * CALLS, () -> assertThat(gateway.extract("BROKEN").status()).isEqualTo(422));
            assertThat(state(gateway)).as("what the callers' files are to blame for does not count").isEqualTo("CLOSED");

            gemini.reset();
            gemini.script((call, number) -> Reply.status(503, "UNAVAILABLE"));
            repeat(CALLS, () -> assertThat(gateway.extract("BROKEN").status()).isEqualTo(502));
            assertThat(gemini.hits()).isEqualTo(CALLS * ATTEMPTS);
            assertThat(refusedUntil(502, gateway)).as("refused until one call is let through, which fails").isPositive();
            assertThat(gemini.hits()).as("open: no other call leaves").isEqualTo((CALLS + 1) * ATTEMPTS);

            gemini.reset();
            refusedUntil(200, gateway);
            assertThat(gemini.hits()).isOne();
            assertThat(state(gateway)).isEqualTo("CLOSED");
            repeat(CALLS, () -> assertThat(gateway.extract("BROKEN").status()).isEqualTo(200));

            String[] changes = {"CLOSED to OPEN", "OPEN to HALF_OPEN", "HALF_OPEN to OPEN", "OPEN to HALF_OPEN",
                    "HALF_OPEN to CLOSED"};
            await().untilAsserted(() -> assertThat(books.logged("WARN", "The breaker of %")).hasSize(changes.length));
            assertThat(books.logged("WARN", "The breaker of %")).extracting(line -> line.replaceAll(".* from ", ""))
                    .containsExactlyInAnyOrder(changes);
            assertThat(process.console().lines().filter(line -> line.contains("The breaker of"))
                    .map(line -> line.replaceAll(".* from ", ""))).containsExactly(changes);
        }
    }

    /** Calls until one is answered so; returns how many were refused before. */
    private static int refusedUntil(int status, Gateway gateway) {
        int refused = 0;
        for (Answer answer = gateway.extract("BROKEN"); answer.status() != status; answer = gateway.extract("BROKEN")) {
            refusedAtOnce(answer);
            refused++;
        }
        return refused;
    }

    private static void refusedAtOnce(Answer answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(Long.parseLong(answer.header("Retry-After"))).isBetween(1L, 3L);
        assertThat(answer.message()).isEqualTo("Failed to process invoice");
    }

    private static String state(Gateway gateway) {
        return gateway.get("/status").json().at("/gemini/breaker").asText();
    }

    private static void repeat(int times, Runnable call) {
        for (int i = 0; i < times; i++) {
            call.run();
        }
    }
}
