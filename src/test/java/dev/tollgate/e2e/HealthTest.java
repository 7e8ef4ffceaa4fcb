package dev.tollgate.e2e;

import java.sql.SQLTransientConnectionException;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.ledger.Ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Health tells the truth: red where nobody should be sent, amber where a person is needed, and alive all the while. */
class HealthTest extends ObservedTest {

    @Autowired
    DatabaseHealth databaseHealth;

    @Autowired
    Ledger ledger;

    @AfterEach
    void theDatabaseIsBack() {
        databaseHealth.succeeded();
        await().until(() -> {
            ledger.replay();
            return ledger.spooled() == 0;
        });
    }

    @Test
    void readinessIsRedWhileUsageCanBeWrittenNowhereAndGreenOnceTheDatabaseIsBack() {
        company("UNBOOKED", "key-unbooked", "Active");
        assertThat(gateway.extract("UNBOOKED").status()).isEqualTo(200);
        databaseHealth.failed(new SQLTransientConnectionException("the test took it away"));

        assertThat(gateway.extract("UNBOOKED").status()).as("into the spool").isEqualTo(200);
        assertThat(readiness().status()).as("the spool still takes it").isEqualTo(200);
        for (int i = 0; i < 100 && gateway.extract("UNBOOKED").status() == 200; i++) {
            // until the spool is full
        }

        Answer red = readiness();
        assertThat(red.status()).isEqualTo(503);
        assertThat(red.json().at("/components/ledger/status").asText()).isEqualTo("OUT_OF_SERVICE");
        assertThat(red.json().at("/components/ledger/details/database").asText()).isEqualTo("away");
        assertThat(scrape().value("tollgate_ledger_writable")).isZero();
        assertThat(scrape().value("tollgate_ledger_spool_depth_rows")).isEqualTo(ledger.spooled()).isPositive();
        assertThat(liveness()).isEqualTo("UP");

        theDatabaseIsBack();
        assertThat(readiness().status()).isEqualTo(200);
    }

    @Test
    void readinessIsRedAndNamesTheRouteWhileAnEntranceIsShut() throws Exception {
        CamelContext routes = served.get();
        routes.getRouteController().stopRoute("extract");
        try {
            Answer red = readiness();
            assertThat(red.status()).isEqualTo(503);
            assertThat(red.json().at("/components/routes/details/notRunning").toString()).isEqualTo("[\"extract\"]");
            assertThat(liveness()).isEqualTo("UP");
        }
        finally {
            routes.getRouteController().startRoute("extract");
        }
        assertThat(readiness().status()).isEqualTo(200);
    }

    @Test
    void aSellerToReconnectIsAmberAndNotNamed() {
        assertThat(spApi().path("status").asText()).isEqualTo("UP");
        browser().connect("A1AMBERSELLER");
        amazon.control("revoke", "A1AMBERSELLER");

        assertThat(restrictions("A1AMBERSELLER", "B000000001").status()).isEqualTo(403);

        Answer health = gateway.get("/actuator/health");
        assertThat(health.status()).as("amber is served").isEqualTo(200);
        assertThat(health.json().path("status").asText()).isEqualTo("DEGRADED");
        assertThat(health.text()).contains("1 seller must reconnect: see /sellers.").doesNotContain("A1AMBERSELLER");
        assertThat(readiness().json().path("status").asText()).isEqualTo("UP");
        assertThat(scrape().value("tollgate_sp_api_sellers{state=\"reconnect-needed\"}")).isEqualTo(1);

        browser().connect("A1AMBERSELLER");
        assertThat(spApi().path("status").asText()).isEqualTo("UP");
    }

    private Answer readiness() {
        return gateway.get("/actuator/health/readiness");
    }

    private String liveness() {
        return gateway.get("/actuator/health/liveness").json().path("status").asText();
    }

    private JsonNode spApi() {
        return gateway.get("/actuator/health").json().at("/components/spApi");
    }
}
