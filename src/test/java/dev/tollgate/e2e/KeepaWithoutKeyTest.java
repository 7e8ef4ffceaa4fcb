package dev.tollgate.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A gateway that nobody gave a key for Keepa; everything else works. */
class KeepaWithoutKeyTest extends GatewayTest {

    @ParameterizedTest
    @ValueSource(strings = {"/keepa/product?key=MINE&asin=B1", "/keepa/deal/?key=MINE&", "/keepa/token"})
    void theSettingIsNamedInKeepasEnvelope(String target) {
        Answer answer = gateway.get(target);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().at("/error/message").asText()).contains("KEEPA_API_KEY");
        assertThat(answer.json().path("refillRate").asInt()).isPositive();
        assertThat(answer.json().path("timestamp").asLong()).isPositive();
    }

    @Test
    void aBalanceThatKeepaNeverToldIsNotShown() {
        var keepa = gateway.get("/status").json().path("keepa");

        assertThat(keepa.path("balance").isNull()).isTrue();
        assertThat(keepa.path("deficit").isNull()).isTrue();
        assertThat(keepa.path("capacity").asInt()).isPositive();
    }

    @Test
    void healthIsAmberAndNamesTheSetting() {
        Answer health = gateway.get("/actuator/health");

        assertThat(health.status()).isEqualTo(200);
        assertThat(health.json().path("status").asText()).isEqualTo("DEGRADED");
        assertThat(health.json().at("/components/keepa/details/needs/0").asText()).isEqualTo("Set KEEPA_API_KEY.");
        assertThat(health.json().at("/components/xai/details/needs/0").asText()).isEqualTo("Set XAI_API_KEY.");
        assertThat(health.json().at("/components/spApi/details/needs/0").asText())
                .isEqualTo("Set LWA_CLIENT_ID, LWA_CLIENT_SECRET.");
        assertThat(gateway.get("/actuator/health/readiness").json().path("status").asText()).isEqualTo("UP");
    }

    @Test
    void aBackfillWaitsForTheKey() {
        Answer ordered = gateway.request("POST", "/jobs/keepa-backfill", "application/json",
                "{\"asins\":[\"B000000001\"]}".getBytes());
        String job = ordered.header("Location");

        await().until(() -> gateway.get(job).json().path("state").asText().equals("waiting"));

        assertThat(gateway.get(job).message()).contains("KEEPA_API_KEY");
        assertThat(ordered.status()).isEqualTo(202);
    }
}
