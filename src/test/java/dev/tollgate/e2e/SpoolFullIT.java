package dev.tollgate.e2e;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What could be put on record nowhere must not be paid for. */
class SpoolFullIT {

    @TempDir
    Path folder;

    @Test
    void whenTheDatabaseIsAwayAndTheSpoolIsFullNoCallLeaves() {
        try (PostgresServer postgres = new PostgresServer(folder); GeminiStub gemini = new GeminiStub();
                GatewayProcess process = GatewayProcess.start(folder, settings(postgres, gemini))) {
            Gateway gateway = process.gateway();
            Books books = new Books(postgres.sql());
            books.company("FULL", "key-1");
            FlakyGemini flaky = new FlakyGemini();
            gemini.script(flaky);
            assertThat(gateway.extract("FULL").status()).isEqualTo(200);

            postgres.stop();
            Answer answer = gateway.extract("FULL");
            int spooled = 0;
            for (; answer.status() == 200 && spooled < 100; spooled++) {
                answer = gateway.extract("FULL");
            }
            System.out.println("A spool of 2 KB took " + spooled + " calls");
            assertThat(spooled).isBetween(1, 99);
            int hits = gemini.hits();
            for (int i = 0; i < 5; i++) {
                assertRefused(gateway.extract("FULL"));
            }
            assertRefused(answer);
            assertThat(gemini.hits()).as("no call leaves").isEqualTo(hits);
            assertThat(gateway.get("/token/status?companyID=FULL").status()).isEqualTo(200);
            assertThat(gateway.get("/actuator/health/readiness").status()).isEqualTo(503);
            assertThat(gateway.get("/actuator/health/liveness").status()).isEqualTo(200);

            postgres.start();
            await().until(() -> gateway.extract("FULL").status() == 200);
            await().until(() -> gateway.get("/status").json().at("/gemini/spooled").asLong() == 0);
            books.agreeWith("FULL", flaky.reported());
            assertThat(gateway.get("/actuator/health/readiness").status()).isEqualTo(200);
        }
    }

    private static void assertRefused(Answer answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(Long.parseLong(answer.header("Retry-After"))).isPositive();
        assertThat(answer.message()).isEqualTo("Failed to process invoice");
    }

    private static Map<String, String> settings(PostgresServer postgres, GeminiStub gemini) {
        Map<String, String> settings = new HashMap<>(postgres.settings());
        settings.put("tollgate.ledger.spool-max-size", "2KB");
        settings.put("tollgate.ledger.probe-every", "1s");
        settings.put("tollgate.ledger.replay-cron", "0/1 * * * * ?");
        settings.put("tollgate.gemini.base-url", gemini.url());
        settings.put("tollgate.gemini.forward-headers", "X-Request-Id");
        settings.put("tollgate.retry.initial-delay", "20ms");
        return settings;
    }
}
