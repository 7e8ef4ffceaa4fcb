package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.budget.Plan;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.KeepaTariff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A node that cannot reach the database begins nothing after half of dead-after, while the others do not know yet that it is dead. */
@Timeout(400)
class ClusterCutOffTest {

    private static final String GENERATE = "/gemini/v1beta/models/gemini-2.5-flash:generateContent";
    private static final byte[] QUESTION = "{\"contents\":[{\"parts\":[{\"text\":\"hello\"}]}]}".getBytes();

    @TempDir
    private Path folder;

    private PostgresServer postgres;
    private DatabaseRelay relay;
    private CountingXai xai;
    private GeminiStub gemini;
    private KeepaStub keepa;
    private ThreeNodes nodes;

    @BeforeEach
    void start() {
        postgres = new PostgresServer(folder);
        new Books(postgres.sql()).company("ACME", "provider-key-1");
        relay = new DatabaseRelay(postgres.port());
        xai = new CountingXai(Duration.ZERO);
        gemini = new GeminiStub();
        keepa = new KeepaStub();
        keepa.reset(new KeepaSimulator(Plan.ofRate(1000, 0, 1000), 1000, Clock.systemUTC(), KeepaTariff.real()));
        nodes = new ThreeNodes(folder, postgres, List.of(0L, 0L, 0L), Map.of("tollgate.xai.base-url", xai.url(), "tollgate.gemini.base-url",
                gemini.url(), "tollgate.keepa.base-url", keepa.url(), "tollgate.keepa.refill-rate", "1000", "tollgate.keepa.tick", "1s",
                "tollgate.cluster.dead-after", "20s",
                "tollgate.cluster.when-away.quota", "share"),
                Map.of(2, Map.of("spring.datasource.url", PostgresServer.url(relay.port()))),
                Map.of("XAI_API_KEY", "xai-key-of-three-1", "KEEPA_API_KEY", "keepa-key-of-three-1"));
    }

    @AfterEach
    void end() throws IOException {
        nodes.close();
        relay.close();
        xai.close();
        gemini.close();
        keepa.close();
        postgres.close();
    }

    @Test
    void aNodeThatIsCutOffBeginsNothingMoreThanTheOthersKnowOf() {
        assertThat(judge(2, 1).json().path("source").asText()).isEqualTo("api");
        assertThat(generate(2).status()).isEqualTo(200);
        assertThat(product(0).status()).isEqualTo(200);
        relay.cut();
        await().atMost(Duration.ofSeconds(30)).until(() -> !nodes.status(2).path("cluster").path("mayWork").asBoolean());
        assertThat(nodes.status(0).path("cluster").path("nodes").path(2).path("state").asText()).as("as the others see it").isEqualTo("up");

        int paid = gemini.hits();
        int asked = xai.hits();
        Gateway.Answer google = generate(2);
        assertThat(google.status()).isEqualTo(503);
        assertThat(google.json().path("error").path("status").asText()).isEqualTo("UNAVAILABLE");
        assertThat(google.json().path("error").path("message").asText()).contains("has lost the database that it shares");
        assertRetryAfter(google);
        Gateway.Answer invoice = nodes.gateway(2).extract("ACME");
        assertThat(invoice.status()).isEqualTo(503);
        assertThat(invoice.json().path("message").asText()).isEqualTo("Failed to process invoice");
        assertRetryAfter(invoice);
        Gateway.Answer chat = nodes.gateway(2).request("POST", "/xai/v1/chat/completions", "application/json",
                "{\"model\":\"grok-4\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}".getBytes());
        assertThat(chat.status()).as(chat.text()).isEqualTo(503);
        assertThat(chat.json().path("error").path("message").asText(chat.text())).contains("has lost the database that it shares");
        assertRetryAfter(chat);
        assertThat(judge(2, 1).json().path("source").asText()).as("what is known goes on").isEqualTo("cache");
        assertThat(product(2).status()).as("what is only paced goes on, at an Nth").isEqualTo(200);
        assertThat(nodes.status(2).path("keepa").path("shared").asBoolean(true)).isFalse();
        Gateway.Answer unknown = judge(2, 2);
        assertThat(unknown.status()).isEqualTo(200);
        assertThat(unknown.json().path("source").asText()).isEqualTo("fallback");
        assertThat(gemini.hits()).isEqualTo(paid);
        assertThat(xai.hits()).isEqualTo(asked);
        Gateway.Answer ready = nodes.gateway(2).get("/actuator/health/readiness");
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.json().at("/components/cluster/details/needs/0").asText()).contains("Node node2 has not reached the database");
        assertThat(generate(0).status()).isEqualTo(200);

        relay.mend();
        await().atMost(Duration.ofSeconds(30)).until(() -> generate(2).status() == 200);
    }

    private Gateway.Answer product(int n) {
        return nodes.gateway(n).get("/keepa/product?asin=B001");
    }

    private static void assertRetryAfter(Gateway.Answer answer) {
        assertThat(answer.header("Retry-After")).isEqualTo("5");
    }

    private Gateway.Answer judge(int n, int question) {
        return nodes.gateway(n).request("POST", "/judge", "application/json",
                "{\"title\":\"Title %d\",\"category\":\"c\",\"season\":\"s\",\"price\":7}".formatted(question).getBytes());
    }

    private Gateway.Answer generate(int n) {
        return nodes.gateway(n).send(HttpRequest.newBuilder(nodes.gateway(n).uri(GENERATE)).header("Content-Type", "application/json")
                .header("X-Company-Id", "ACME").POST(HttpRequest.BodyPublishers.ofByteArray(QUESTION)));
    }
}
