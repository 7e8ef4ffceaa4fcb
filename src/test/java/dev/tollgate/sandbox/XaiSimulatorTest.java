package dev.tollgate.sandbox;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.sandbox.XaiSimulator.Fault;
import dev.tollgate.sandbox.XaiSimulator.Reply;

import static org.assertj.core.api.Assertions.assertThat;

class XaiSimulatorTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HELLO = """
            {"model":"grok-4-fast-reasoning","messages":[{"role":"user","content":"Hello there"}]}""";

    private final XaiSimulator xai = new XaiSimulator(Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC));

    @Test
    void theSameQuestionHasTheSameAnswer() {
        assertThat(chat(HELLO)).isEqualTo(chat(HELLO));
        assertThat(xai.calls()).isEqualTo(2);
    }

    @Test
    void theTotalCountsReasoningWhichTheCompletionDoesNot() throws Exception {
        JsonNode usage = JSON.readTree(chat(HELLO).body()).path("usage");
        int reasoning = usage.path("completion_tokens_details").path("reasoning_tokens").asInt();
        assertThat(reasoning).isPositive();
        assertThat(usage.path("total_tokens").asInt())
                .isEqualTo(usage.path("prompt_tokens").asInt() + usage.path("completion_tokens").asInt() + reasoning);
        assertThat(usage.path("cost_in_usd_ticks").asLong()).isPositive();
    }

    @Test
    void aStreamIsTheSameAnswerInPiecesWithUsageInItsLastChunkIfAskedFor() throws Exception {
        String whole = JSON.readTree(chat(HELLO).body()).at("/choices/0/message/content").asText();
        Reply stream = chat(HELLO.replace("{\"model", "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"model"));
        assertThat(stream.headers()).containsEntry("Content-Type", "text/event-stream");
        List<String> events = stream.chunks();
        assertThat(events).hasSizeGreaterThan(3).allMatch(event -> event.startsWith("data: ") && event.endsWith("\n\n"));
        assertThat(events.get(events.size() - 1)).isEqualTo("data: [DONE]\n\n");
        StringBuilder content = new StringBuilder();
        for (String event : events.subList(0, events.size() - 2)) {
            content.append(data(event).at("/choices/0/delta/content").asText());
        }
        assertThat(content).hasToString(whole);
        assertThat(data(events.get(events.size() - 3)).at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        JsonNode last = data(events.get(events.size() - 2));
        assertThat(last.path("choices").isArray() && last.path("choices").isEmpty()).isTrue();
        assertThat(last.path("usage").isObject()).isTrue();
        assertThat(data(events.get(0)).has("usage")).isFalse();
    }

    @Test
    void aStreamCanBreakOffAfterItsStatus() throws Exception {
        xai.fail(Fault.STREAM_ERROR, 1);
        Reply stream = chat(HELLO.replace("{\"model", "{\"stream\":true,\"model"));
        assertThat(stream.status()).isEqualTo(200);
        assertThat(data(stream.chunks().get(stream.chunks().size() - 1)).path("code").asText()).isEqualTo("internal");
    }

    @Test
    void theResponsesEndpointHasItsOwnShape() throws Exception {
        JsonNode body = JSON.readTree(xai.handle("POST", "/v1/responses", "Bearer k",
                "{\"model\":\"grok-4\",\"input\":\"Hello\"}".getBytes()).body());
        assertThat(body.path("object").asText()).isEqualTo("response");
        assertThat(body.at("/output/0/content/0/text").asText()).contains("Hello");
        assertThat(body.at("/usage/output_tokens_details/reasoning_tokens").asInt()).isPositive();
    }

    @Test
    void aResponseIsStreamedWithItsUsageAtItsEnd() throws Exception {
        Reply reply = xai.handle("POST", "/v1/responses", "Bearer k", "{\"model\":\"grok-4\",\"stream\":true,\"input\":\"Hello\"}".getBytes());
        assertThat(reply.headers()).containsEntry("Content-Type", "text/event-stream");
        List<String> events = reply.chunks();
        assertThat(events.get(0)).startsWith("event: response.created\ndata: ");
        JsonNode last = data(events.get(events.size() - 1).replaceFirst("event: response.completed\n", ""));
        assertThat(last.at("/response/usage/total_tokens").asInt()).isPositive();
        assertThat(last.at("/response/output/0/content/0/text").asText()).contains("Hello");
    }

    @Test
    void modelsAreListedAndDescribed() throws Exception {
        JsonNode list = JSON.readTree(xai.handle("GET", "/v1/models", "Bearer k", new byte[0]).body());
        assertThat(list.path("data").findValuesAsText("id")).contains("grok-4-fast-reasoning");
        assertThat(xai.handle("GET", "/v1/models/grok-4", "Bearer k", new byte[0]).body()).contains("\"owned_by\":\"xai\"");
    }

    @ParameterizedTest(name = "{0} {1} as {2}: {4}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "POST; /v1/chat/completions; ``; {}; 401; unauthenticated:no-credentials",
        "POST; /v1/chat/completions; Bearer bad-key; {}; 400; invalid-argument",
        "POST; /v1/chat/completions; Bearer k; {\"model\":\"gpt\",\"messages\":[]}; 404; not-found",
        "POST; /v1/chat/completions; Bearer k; {\"model\":\"grok-4\"}; 422; invalid-argument",
        "POST; /v1/chat/completions; Bearer k; oops; 422; invalid-argument",
        "POST; /v1/chat/completions; Bearer k; {\"model\":\"grok-4\",\"messages\":[],\"presence_penalty\":0}; 400; invalid-argument",
        "GET; /v1/chat/completions; Bearer k; {}; 405; invalid-argument",
        "GET; /v1/nothing; Bearer k; {}; 404; not-found",
    })
    void errorsHaveTheShapeOfTheRealOnes(String method, String path, String authorization, String body, int status, String code)
            throws Exception {
        Reply reply = xai.handle(method, path, authorization.isEmpty() ? null : authorization, body.getBytes());
        assertThat(reply.status()).isEqualTo(status);
        assertThat(JSON.readTree(reply.body()).path("code").asText()).isEqualTo(code);
        assertThat(JSON.readTree(reply.body()).path("error").isTextual()).isTrue();
    }

    @Test
    void aTextCanAskForItsOwnFault() throws Exception {
        Reply reply = chat(HELLO.replace("Hello", "[fault:truncated] Hello"));
        assertThat(JSON.readTree(reply.body()).at("/choices/0/finish_reason").asText()).isEqualTo("length");
        assertThat(chat(HELLO.replace("Hello", "[fault:rate-limit]")).status()).isEqualTo(429);
    }

    private Reply chat(String body) {
        return xai.handle("POST", "/v1/chat/completions", "Bearer k", body.getBytes());
    }

    private static JsonNode data(String event) throws IOException {
        return JSON.readTree(event.substring("data: ".length()));
    }
}
