package dev.tollgate.e2e;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.PermissionDeniedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.responses.ResponseCreateParams;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

import dev.tollgate.disk.Crowd;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.quota.DailyQuota;
import dev.tollgate.sandbox.XaiSimulator.Fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** {@code /xai/v1} with the openai-java SDK as it comes, and byte for byte. */
class DropInTest extends XaiGatewayTest {

    private static final String CHAT = "/xai/v1/chat/completions";

    @Autowired
    DailyQuota quota;

    private OpenAIClient client;

    @BeforeEach
    void turnTheSdkToTheGateway() {
        client = OpenAIOkHttpClient.builder().baseUrl(gateway.uri("/xai/v1").toString()).apiKey("caller-secret").build();
    }

    @Test
    void theSdksPlainCallIsAnswered() {
        ChatCompletion answer = client.chat().completions().create(hello());

        assertThat(answer.choices().get(0).message().content()).contains("This is the sandbox; you said: hello");
        assertThat(answer.usage()).isPresent();
        assertThat(xai.hits()).isOne();
        assertThat(xai.calls().get(0).authorization()).isEqualTo("Bearer " + KEY);
        assertThat(xai.calls().get(0).headers()).doesNotContain("caller-secret", "Stainless");
        assertThat(quota.view().callsToday()).isOne();
    }

    @Test
    void theSdksResponsesAreAnswered() {
        var answer = client.responses().create(ResponseCreateParams.builder().model("grok-4").input("hello").build());
        assertThat(answer.output().get(0).asMessage().content().get(0).asOutputText().text()).contains("you said: hello");
        assertThat(quota.view().callsToday()).isOne();
    }

    @Test
    void aStreamArrivesPieceByPiece() {
        CountDownLatch gate = xai.closeEventGate();
        List<String> pieces = new ArrayList<>();
        try (StreamResponse<ChatCompletionChunk> stream = client.chat().completions().createStreaming(hello())) {
            var chunks = stream.stream().iterator();
            pieces.add(chunks.next().choices().get(0).delta().content().orElseThrow());
            assertThat(xai.eventsSent()).as("xAI has sent no more than this piece").isOne();
            gate.countDown();
            chunks.forEachRemaining(chunk -> chunk.choices().get(0).delta().content().ifPresent(pieces::add));
        }
        assertThat(String.join("", pieces)).isEqualTo("This is the sandbox; you said: hello");
        assertThat(pieces).hasSizeGreaterThan(5);
        assertThat(quota.view().callsToday()).isOne();
    }

    @Test
    void aStreamsUsageIsThatOfItsLastEvent() {
        try (var stream = client.chat().completions().createStreaming(hello().toBuilder()
                .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .putAdditionalHeader("X-Request-Id", "streamed").build())) {
            long total = stream.stream().flatMap(chunk -> chunk.usage().stream()).mapToLong(usage -> usage.totalTokens()).sum();
            assertThat(total).isPositive();
            assertBooked("streamed", total);
        }
    }

    @Test
    void aCallerThatLeavesAStreamIsBookedAllTheSame() throws Exception {
        CountDownLatch gate = xai.closeEventGate();
        var response = HttpClient.newHttpClient().send(HttpRequest.newBuilder(gateway.uri(CHAT))
                .header("Content-Type", "application/json").header("X-Request-Id", "left")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"grok-4\",\"stream\":true,\"stream_options\":"
                        + "{\"include_usage\":true},\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}")).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader events = new BufferedReader(new InputStreamReader(response.body()))) {
            assertThat(events.readLine()).startsWith("data: ");
        }
        gate.countDown();
        await().untilAsserted(() -> assertThat(count("left")).isOne());
    }

    @Test
    void aDeniedSdkIsToldOnceAndDoesNotTryAgain() throws Exception {
        Crowd.of(LIMIT, n -> () -> quota.take());

        PermissionDeniedException denied = catchThrowableOfType(PermissionDeniedException.class,
                () -> client.chat().completions().create(hello()));

        assertThat(arrivals.get()).as("requests of the SDK").isOne();
        assertThat(denied.statusCode()).as("no client repeats it").isEqualTo(403);
        assertThat(denied.headers().values("X-Should-Retry")).containsExactly("false");
        assertThat(denied.headers().values("Retry-After")).isEmpty();
        assertThat(denied.getMessage()).contains("the daily limit of 1000 calls is reached", "1000/1000");
        assertThat(xai.hits()).isZero();
        Answer raw = post(CHAT, body("hello"));
        assertThat(raw.status()).isEqualTo(403);
        assertThat(raw.json().path("code").asText()).isEqualTo("permission-denied");
        assertThat(raw.header("Content-Type")).isEqualTo("application/json");
        Answer messages = post("/xai/v1/messages", body("hello"));
        assertThat(messages.status()).isEqualTo(403);
        assertThat(messages.header("X-Should-Retry")).isEqualTo("false");
        assertThat(messages.json().at("/error/type").asText()).as("in the words of Anthropic's clients").isEqualTo("permission_error");
        assertThat(messages.json().path("type").asText()).isEqualTo("error");
    }

    @Test
    void whatSteersClientsAndNamesTheCallComesBack() {
        xai.answer(429, "application/json", "{}".getBytes(), "Retry-After-Ms", "350", "Retry-After", "1", "X-RateLimit-Remaining-Tokens", "7",
                "RateLimit-Policy", "\"default\";q=100", "RateLimit", "\"default\";r=50;t=30", "X-Request-Id", "req-of-xai-1",
                "X-Should-Retry", "true", "anthropic-ratelimit-requests-limit", "9", "Server", "secret-server", "X-Team", "secret-team");

        Answer answer = post(CHAT, body("hello"), "X-Request-Id", "of-the-caller");

        assertThat(answer.header("Retry-After-Ms")).isEqualTo("350");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(answer.header("X-Should-Retry")).isEqualTo("true");
        assertThat(answer.header("X-RateLimit-Remaining-Tokens")).isEqualTo("7");
        assertThat(answer.header("RateLimit")).isEqualTo("\"default\";r=50;t=30");
        assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"default\";q=100");
        assertThat(answer.header("anthropic-ratelimit-requests-limit")).isEqualTo("9");
        assertThat(answer.header("X-Upstream-Request-Id")).isEqualTo("req-of-xai-1");
        assertThat(answer.header("X-Request-Id")).isEqualTo("of-the-caller");
        assertThat(answer.headers().toString()).doesNotContain("secret-");
        xai.answer(200, "application/json", "{}".getBytes(), "X-Request-Id", "no id: " + KEY);
        assertThat(post(CHAT, body("hello")).header("X-Upstream-Request-Id")).isNull();
    }

    @Test
    void anthropicsClientsAreServed() {
        xai.answer(200, "application/json", "{\"type\":\"message\",\"usage\":{\"input_tokens\":10,\"output_tokens\":5}}".getBytes());
        post("/xai/v1/messages", body("hello"), "X-Request-Id", "messages", "x-api-key", "caller-secret", "anthropic-version", "2023-06-01");
        assertBooked("messages", 15);
        assertThat(xai.calls().get(0).headers()).containsIgnoringCase("anthropic-version").doesNotContain("caller-secret");
        assertThat(xai.calls().get(0).authorization()).isEqualTo("Bearer " + KEY);
        assertThat(quota.view().callsToday()).isOne();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "/xai/v1/embeddings; {'data':[],'usage':{'prompt_tokens':7,'total_tokens':7}}; 7; 1",
        "/xai/v1/images/generations; {'data':[{'b64_json':'x'}],'usage':{'cost_in_usd_ticks':700000000}}; 0; 1",
        "/xai/v1/images/edits; {'data':[],'usage':{'input_tokens':7,'output_tokens':3,'total_tokens':10}}; 10; 1",
        "/xai/v1/tokenize-text; {'token_ids':[]}; -1; 0",
    })
    void theRestOfTheApiIsCountedAndBookedOrFree(String path, String reply, long booked, int counted) {
        xai.answer(200, "application/json", reply.replace('\'', '"').getBytes());
        String id = "reach-" + path.replace('/', '-');
        assertThat(post(path, "{\"model\":\"grok\"}", "X-Request-Id", id).status()).isEqualTo(200);
        assertThat(quota.view().callsToday()).isEqualTo(counted);
        if (booked >= 0) {
            assertBooked(id, booked);
        } else {
            assertThat(count(id)).isZero();
        }
    }

    @Test
    void xaisOwnErrorsPassAsTheyAre() {
        assertThat(catchThrowableOfType(NotFoundException.class, () -> client.chat().completions()
                .create(hello().toBuilder().model("grok-99").build())).getMessage()).contains("The model grok-99 does not exist");
        assertThat(xai.hits()).isOne();
        BadRequestException bad = catchThrowableOfType(BadRequestException.class, () -> client.chat().completions()
                .create(hello().toBuilder().presencePenalty(0.0).build()));
        assertThat(bad.getMessage()).contains("Argument not supported on this model: presence_penalty");

        xai.simulator().fail(Fault.SERVER_ERROR, 3);
        assertThat(catchThrowableOfType(InternalServerException.class, () -> client.chat().completions().create(hello()))
                .statusCode()).isEqualTo(500);
        assertThat(xai.hits()).as("the SDK tries a 500 three times, the gateway none by itself").isEqualTo(5);
        assertThat(quota.view().callsToday()).as("each of them left, but a 400 is not billed").isEqualTo(4);
    }

    @Test
    void bodiesAndRepliesPassByteForByte() {
        String odd = "{ \"model\" : \"grok-4-fast-non-reasoning\",\r\n\t\"presence_penalty\":0.0, \"unknown_field\":[1e2,\"\\u00e9\\/é😀\"],"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"hé\"}] }\n";

        Answer answer = post(CHAT + "?a=%2F&b", odd, "X-Request-Id", "bytes", "Authorization", "Bearer caller-secret");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(xai.calls().get(0).body()).isEqualTo(odd.getBytes(StandardCharsets.UTF_8));
        assertThat(xai.calls().get(0).path()).isEqualTo("/v1/chat/completions");
        assertThat(xai.calls().get(0).query()).isEqualTo("a=%2F&b");
        assertThat(answer.text().getBytes(StandardCharsets.UTF_8)).isEqualTo(xai.lastReply());
        assertThat(answer.header("X-RateLimit-Limit-Requests")).isEqualTo("480");
        assertThat(xai.calls().get(0).headers()).doesNotContain("caller-");
        assertThat(answer.headers().toString() + answer.text()).doesNotContain(KEY, "caller-", "of=xai");
        assertBooked("bytes", answer.json().path("usage").path("total_tokens").asLong());
    }

    @Test
    void aCallThatNeverLeftIsGivenBackAndMayBeTriedAgain() {
        xai.unreachable(() -> {
            Answer answer = post(CHAT, body("hello"));
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).isEqualTo("{\"code\":\"unavailable\",\"error\":\"xAI cannot be reached\"}");
            assertThat(answer.header("X-Should-Retry")).isEqualTo("true");
        });
        assertThat(quota.view().callsToday()).isZero();
    }

    @Test
    void modelsAreFree() {
        assertThat(client.models().list().data()).extracting(model -> model.id()).contains("grok-4");
        assertThat(gateway.get("/xai/v1/models/grok-4").json().path("id").asText()).isEqualTo("grok-4");
        assertThat(quota.view().callsToday()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"/xai/v1/videos/generations, 404, not-found", "/xai/v1, 404, not-found", "/xai/v1/models/.., 404, not-found",
        "/xai/v1/chat/completions, 405, invalid-argument", "/xai/v1/files, 404, not-found",
        "/xai/v1/models/%2e%2e%2fapi-key, 404, not-found"})
    void nothingElsePasses(String path, int status, String code) {
        Answer answer = gateway.get(path);
        // What the servlet container itself refuses or resolves does not reach xAI either.
        if (answer.status() != 400 && !path.endsWith("..")) {
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.json().path("code").asText()).isEqualTo(code);
        }
        assertThat(xai.hits()).isZero();
    }

    @Test
    void equalCallsAreAnsweredOnceWhenTheCallerAsksForIt() {
        Answer first = cached("alice", body("same"));
        Answer second = cached("alice", body("same"));

        assertThat(first.header("X-Tollgate-Cache")).isEqualTo("miss");
        assertThat(second.header("X-Tollgate-Cache")).isEqualTo("hit");
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(second.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        assertThat(xai.hits()).isOne();
        assertThat(quota.view().callsToday()).isOne();

        assertThat(cached("bob", body("same")).header("X-Tollgate-Cache")).as("another caller").isEqualTo("miss");
        assertThat(cached("alice", body("same").replace("grok-4\"", "grok-4-fast-reasoning\"")).header("X-Tollgate-Cache"))
                .as("another model").isEqualTo("miss");
        assertThat(cached("alice", body("same ")).header("X-Tollgate-Cache")).as("another body").isEqualTo("miss");
        assertThat(post(CHAT, body("same"), "Authorization", "Bearer alice").header("X-Tollgate-Cache"))
                .as("not asked for").isNull();
        assertThat(xai.hits()).isEqualTo(5);
    }

    @Test
    void equalCallsAtOnceAreOneCall() throws Exception {
        CountDownLatch gate = xai.closeGate();
        Thread opens = new Thread(() -> {
            await().until(() -> arrivals.get() >= 40 && xai.hits() == 1);
            gate.countDown();
        });
        opens.start();

        List<Answer> answers = Crowd.of(40, n -> () -> cached("erin", body("at once")));

        opens.join();
        assertThat(xai.hits()).isOne();
        assertThat(quota.view().callsToday()).isOne();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.text()).isEqualTo(answers.get(0).text()));
        assertThat(answers.stream().filter(answer -> answer.header("X-Tollgate-Cache").equals("miss"))).hasSize(1);
    }

    @Test
    void aCallThatMayHaveBeenServedIsNotMadeAgainForThoseWhoWait() throws Exception {
        xai.answer(http -> {
            await().until(() -> arrivals.get() >= 10);
            http.close();
        });
        List<Answer> answers = Crowd.of(10, n -> () -> cached("frank", body("broken off")));
        assertThat(xai.hits()).isOne();
        assertThat(answers).extracting(Answer::status).containsOnly(502, 503);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERVER_ERROR", "RATE_LIMIT", "TRUNCATED", "REFUSAL", "TOOL_CALL", "GARBAGE", "EMPTY"})
    void whatIsNoWholeAnswerIsNotKept(Fault fault) {
        xai.simulator().fail(fault, 1);
        cached("carol", body("kept " + fault));
        assertThat(cached("carol", body("kept " + fault)).header("X-Tollgate-Cache")).isEqualTo("miss");
        assertThat(xai.hits()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"stream\":true", "\"n\":2"})
    void streamsAndSeveralChoicesAreNotKept(String option) {
        String body = body("several").replace("{\"model\"", "{" + option + ",\"model\"");
        cached("dave", body);
        assertThat(cached("dave", body).header("X-Tollgate-Cache")).isEqualTo("miss");
        assertThat(xai.hits()).isEqualTo(2);
    }

    private Answer cached(String caller, String body) {
        return post(CHAT, body, "Authorization", "Bearer " + caller, "X-Tollgate-Cache", "use");
    }

    private static String body(String text) {
        return "{\"model\":\"grok-4\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
    }

    private static ChatCompletionCreateParams hello() {
        return ChatCompletionCreateParams.builder().model("grok-4").addUserMessage("hello").build();
    }

    private void assertBooked(String requestId, long total) {
        await().untilAsserted(() -> assertThat(database.sql("SELECT Branch, TotalTokensUsed FROM TokenUsageLogs WHERE RequestID = ?")
                .param(requestId).query().singleRow().values()).containsExactly("drop-in", total));
    }

    private long count(String requestId) {
        return database.sql("SELECT COUNT(*) FROM TokenUsageLogs WHERE RequestID = ?").param(requestId).query(Long.class).single();
    }
}
