package dev.tollgate.e2e;

import java.util.List;

import io.opentelemetry.sdk.trace.SdkTracerProvider;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;

import dev.tollgate.e2e.Gateway.Answer;

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
    void thePageOfTheApiIsOpenToEverybodyAndTheDocumentItselfNeedsAKey() {
        for (String file : List.of("/docs", "/docs/page.js", "/docs/page.css", "/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css")) {
            assertThat(call("GET", file, null, null).status()).as(file).isEqualTo(200);
        }
        assertThat(call("GET", "/openapi.json", null, null).status()).isEqualTo(401);
        assertThat(call("GET", "/openapi.json", keyFor("\"status\"", null), null).status()).isEqualTo(200);
    }

    @Test
    void nothingIsTracedUnlessSomebodyAsksForIt(@Autowired ObjectProvider<SdkTracerProvider> tracing) {
        assertThat(tracing.getIfAvailable()).isNull();
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
