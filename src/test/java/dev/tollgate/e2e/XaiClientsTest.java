package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

import dev.tollgate.disk.Crowd;
import dev.tollgate.quota.DailyQuota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Clients of xAI that people use, as they come: what their callers get, how often they ask, and that the books hold. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class XaiClientsTest extends XaiGatewayTest {

    private static final String SAID = "This is the sandbox; you said: hello";

    @Autowired
    DailyQuota quota;

    @ParameterizedTest
    @ValueSource(strings = {"openai", "openai-responses", "ai-sdk", "ai-sdk-responses", "langchain"})
    void aClientOfNpmIsServedAndBooked(String client) throws IOException, InterruptedException {
        NodeClients node = NodeClients.of(Path.of("src/test/clients/xai"));
        long before = rows("TRUE OR TRUE");
        long guessedBefore = rows("TotalTokensUsed = 0 OR IsEstimated = TRUE"); // of other tests on this gateway

        List<JsonNode> all = node.call(client, gateway.uri("/xai").toString(), "plain", "stream", "tools", "structured", "abort", "broken");

        assertThat(all).as(all.toString()).hasSize(6);
        assertThat(all.subList(0, 4)).extracting(one -> one.path("got").asText()).containsExactly(SAID, SAID, "look_up", "sandbox");
        assertThat(SAID).startsWith(all.get(4).path("got").asText("nothing"));
        assertThat(all.get(5).path("error").asText()).as("an error inside a stream is one to the caller").isNotEmpty();
        assertThat(xai.hits()).isEqualTo(6);
        assertThat(arrivals.get()).isEqualTo(6);
        assertThat(quota.view().callsToday()).isEqualTo(6);
        await().untilAsserted(() -> assertThat(rows("TRUE OR TRUE") - before).as("all but the broken one").isEqualTo(5));
        assertThat(rows("TotalTokensUsed = 0 OR IsEstimated = TRUE") - guessedBefore).as("each said what it used").isZero();
        assertThat(gateway.get("/status/reconcile").json().path("drift").asLong()).isZero();
    }

    /** What was read stands at the beginning of such a stream, so that one that breaks off has its row as well. */
    @Test
    void anthropicsClientIsServedAndBooked() throws IOException, InterruptedException {
        NodeClients node = NodeClients.of(Path.of("src/test/clients/xai"));
        long before = rows("TRUE OR TRUE");
        long guessedBefore = rows("TotalTokensUsed = 0 OR IsEstimated = TRUE");

        List<JsonNode> all = node.call("anthropic", gateway.uri("/xai").toString(), "plain", "stream", "tools", "structured", "abort", "broken");

        assertThat(all).as(all.toString()).hasSize(6);
        assertThat(all.subList(0, 4)).extracting(one -> one.path("got").asText()).containsExactly(SAID, SAID, "look_up", "sandbox");
        assertThat(SAID).startsWith(all.get(4).path("got").asText("nothing"));
        assertThat(all.get(5).path("error").asText()).as("an error inside a stream is one to the caller").contains("interrupted");
        assertThat(xai.calls()).extracting(XaiStub.Call::path).containsOnly("/v1/messages").hasSize(6);
        assertThat(arrivals.get()).isEqualTo(6);
        assertThat(quota.view().callsToday()).isEqualTo(6);
        await().untilAsserted(() -> assertThat(rows("TRUE OR TRUE") - before).isEqualTo(6));
        assertThat(rows("TotalTokensUsed = 0 OR IsEstimated = TRUE") - guessedBefore).as("each said what it used").isZero();
        assertThat(gateway.get("/status/reconcile").json().path("drift").asLong()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "openai-responses", "ai-sdk", "ai-sdk-responses", "langchain", "anthropic"})
    void aSpentDayStopsEveryClientAtOnce(String client) throws Exception {
        NodeClients node = NodeClients.of(Path.of("src/test/clients/xai"));
        Crowd.of(LIMIT, n -> () -> quota.take());

        List<JsonNode> all = node.call(client, gateway.uri("/xai").toString(), "plain", "stream");

        assertThat(all).as(all.toString()).hasSize(2)
                .allSatisfy(denied -> assertThat(denied.path("error").asText()).contains("the daily limit of 1000 calls is reached"));
        assertThat(arrivals.get()).as("requests, each denial one").isEqualTo(2);
        assertThat(xai.hits()).isZero();
    }

    private long rows(String condition) {
        return database.sql("SELECT COUNT(*) FROM TokenUsageLogs WHERE " + condition).query(Long.class).single();
    }
}
