package dev.tollgate.e2e;

import dev.tollgate.e2e.Gateway.Answer;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Who sees what of a gateway that asks for keys. */
class HealthOfAKeyedGatewayTest extends KeyTest {

    @Test
    void everybodySeesTheStatusAndTheAdminKeyTheDetails() {
        assertThat(call("GET", "/actuator/health", null, null).text()).isEqualTo("{\"status\":\"DEGRADED\",\"groups\":[\"liveness\",\"readiness\"]}");
        assertThat(call("GET", "/actuator/health", "tg_a-wrong-key", null).text()).doesNotContain("components");
        assertThat(call("GET", "/actuator/health", keyFor("\"status\"", null), null).text()).doesNotContain("components");
        assertThat(admin("GET", "/actuator/health", null).json().at("/components/keepa/details/needs/0").asText())
                .isEqualTo("Set KEEPA_API_KEY.");
    }

    @Test
    void metricsNeedTheAdminKeyAndReconcileShowsACompanysKeyItsOwnBooksOnly() {
        company("MINE", "key-mine", "Active");
        company("THEIRS", "key-theirs", "Active");
        String key = keyFor("\"gemini\",\"status\"", "MINE");

        assertThat(call("GET", "/actuator/prometheus", null, null).status()).isEqualTo(401);
        assertThat(call("GET", "/actuator/prometheus", key, null).status()).isEqualTo(403);
        Answer books = call("GET", "/status/reconcile", key, null);
        assertThat(books.status()).as(books.text()).isEqualTo(200);
        assertThat(books.text()).contains("MINE").doesNotContain("THEIRS");
        assertThat(call("GET", "/status/explain?api=gemini&companyID=MINE", key, null).status()).isEqualTo(200);
        assertThat(call("GET", "/status/explain?api=gemini&companyID=THEIRS", key, null).status()).isEqualTo(403);
    }
}
