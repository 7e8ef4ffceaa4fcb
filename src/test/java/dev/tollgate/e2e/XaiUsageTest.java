package dev.tollgate.e2e;

import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What xAI says that a call used is what stands in the books, however it says it. */
class XaiUsageTest extends XaiGatewayTest {

    private static final String CHAT = "/xai/v1/chat/completions";
    private static final String ASK = "{\"model\":\"grok-4\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    private static final String STREAM = ASK.replace("{\"model", "{\"stream\":true,\"model");
    private static final String SAID = "{\"prompt_tokens\":32,\"completion_tokens\":9,\"total_tokens\":135,\"prompt_tokens_details\":"
            + "{\"cached_tokens\":20},\"completion_tokens_details\":{\"reasoning_tokens\":94},\"cost_in_usd_ticks\":4121500}";
    private static final String RESPONSE = "{\"input_tokens\":32,\"output_tokens\":103,\"total_tokens\":135,"
            + "\"input_tokens_details\":{\"cached_tokens\":20},\"output_tokens_details\":{\"reasoning_tokens\":94},\"cost_in_usd_ticks\":4121500}";
    private static final String PIECE = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}\n\n";
    private static final String EXTRA = "data: {\"choices\":[],\"usage\":" + SAID + "}\n\n";
    private static final String DONE = "data: [DONE]\n\n";
    private static final String EVENTS = "text/event-stream";
    private static final String JSON = "application/json";

    static Stream<Arguments> replies() {
        return Stream.of(
                reply("a whole answer", CHAT, JSON, "{\"choices\":[{\"message\":{\"content\":\"Hello\"}}],\"usage\":" + SAID + "}"),
                reply("a whole response", "/xai/v1/responses", JSON, "{\"object\":\"response\",\"usage\":" + RESPONSE + "}"),
                reply("a stream", CHAT, EVENTS, PIECE + EXTRA + DONE),
                reply("CRLF", CHAT, EVENTS, (PIECE + EXTRA + DONE).replace("\n", "\r\n")),
                reply("CR", CHAT, EVENTS, (PIECE + EXTRA + DONE).replace("\n", "\r")),
                reply("another case", CHAT, "Text/Event-Stream; charset=UTF-8", "\ufeff" + PIECE + EXTRA + DONE),
                reply("comments and several lines", CHAT, EVENTS, ": hello\n\n" + PIECE + "event: x\ndata: {\"choices\":[],\ndata: \"usage\":"
                        + SAID + "}\nid: 1\n\n" + DONE),
                reply("a later event with the word", CHAT, EVENTS, PIECE + EXTRA
                        + "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\":{}\"}}],\"usage\":{}}\n\n" + DONE),
                reply("a later usage of nothing", CHAT, EVENTS, PIECE + EXTRA + "data: {\"choices\":[],\"usage\":null}\n\n" + DONE),
                reply("cumulative counts", CHAT, EVENTS, PIECE
                        + "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":32,\"total_tokens\":40}}\n\n" + EXTRA),
                reply("text and floats", CHAT, JSON, "{\"choices\":[],\"usage\":{\"prompt_tokens\":\"32\",\"completion_tokens\":103.0,\"total_tokens\":\"135\","
                        + "\"prompt_tokens_details\":{\"cached_tokens\":2e1},\"completion_tokens_details\":{\"reasoning_tokens\":\"94\"},\"cost_in_usd_ticks\":\"4121500\"}}"),
                reply("a response that failed", "/xai/v1/responses", EVENTS, "data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":"
                        + "\"server_error\"},\"usage\":" + RESPONSE + "}}\n\n"),
                reply("a response that is incomplete", "/xai/v1/responses", EVENTS, "data: {\"type\":\"response.incomplete\",\"response\":"
                        + "{\"error\":null,\"usage\":" + RESPONSE + "}}\n\n"),
                reply("no end", CHAT, EVENTS, PIECE + EXTRA.stripTrailing()),
                reply("an error behind it", CHAT, EVENTS, PIECE + EXTRA + "data: {\"error\":{\"code\":\"internal\"}}\n\n"),
                reply("JSON called a stream", CHAT, EVENTS, "{\n \"usage\": " + SAID + "\n}\n"),
                reply("a stream called JSON", CHAT, JSON, PIECE + EXTRA + DONE),
                reply("responses", "/xai/v1/responses", EVENTS, "event: response.output_text.delta\ndata: {\"type\":"
                        + "\"response.output_text.delta\",\"delta\":\"Hi\"}\n\nevent: response.completed\ndata: {\"type\":"
                        + "\"response.completed\",\"response\":{\"output\":[],\"usage\":" + RESPONSE + "}}\n\n"),
                reply("an event of five megabytes", "/xai/v1/responses", EVENTS, "data: {\"type\":\"response.completed\",\"response\":"
                        + "{\"output\":[{\"content\":[{\"text\":\"" + "x".repeat(5 << 20) + "\"}]}],\"usage\":" + RESPONSE + "}}\n\n"),
                reply("a text of twenty megabytes", CHAT, JSON, "{\"choices\":[{\"message\":{\"content\":\"" + "x".repeat(21_000_000)
                        + "\"}}],\"usage\":" + SAID + "}"));
    }

    private static Arguments reply(String name, String path, String type, String body) {
        return Arguments.of(name, path, type, body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("replies")
    void booksAreWhatWasSaid(String name, String path, String type, byte[] body) {
        long cost = status().path("costTodayInUsdTicks").asLong();
        xai.answer(200, type, body);
        String id = "said " + name;

        assertThat(post(path, STREAM, "X-Request-Id", id.replace(' ', '-')).status()).isEqualTo(200);

        await().untilAsserted(() -> assertThat(rows(id)).hasSize(1));
        assertThat(rows(id).get(0)).containsExactly("drop-in", 32L, 103L, 135L, 20L, 94L, 4121500L, false);
        assertThat(status().path("costTodayInUsdTicks").asLong() - cost).isEqualTo(4121500);
        assertThat(xai.hits()).isOne();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', value = {
        "an error at once; 200; text/event-stream; data: {'code':'internal','error':'x'}~~; 1",
        "an error later; 200; text/event-stream; data: {'choices':[{'delta':{'content':'a'}}]}~~data: {'error':{'code':429}}~~; 1",
        "JSON behind events; 200; text/event-stream; data: {'choices':[{'delta':{'content':'a'}}]}~~{~ 'error': {~ 'code': 503~ }~}~; 1",
        "an error without an object; 200; text/event-stream; data: {'type':'error','code':'internal','message':'x'}~~; 1",
        "an error as a success; 200; application/json; {'code':'internal','error':'x'}; 1",
        "an empty stream; 200; text/event-stream; ''; 0",
        "comments only; 200; text/event-stream; : hello~~: hello~~; 0",
        "no body; 204; application/json; ''; 0",
        "a page; 200; text/html; <html>no</html>; 0",
        "counts of zero; 200; application/json; {'usage':{'prompt_tokens':0,'completion_tokens':0,'total_tokens':0}}; 0",
        "a refusal; 429; application/json; {'code':'resource-exhausted','error':'x'}; 0",
        "a failure with a usage; 500; application/json; {'usage':{'prompt_tokens':7}}; 0",
    })
    void whereNothingWasSaidNothingIsBooked(String name, int status, String type, String body, int failures) {
        xai.answer(status, type, body.replace('\'', '"').replace('~', '\n').getBytes(StandardCharsets.UTF_8));
        String id = "nothing " + name.replace(' ', '-');
        long unknown = status().path("unknownUsages").asLong();

        assertThat(post(CHAT, STREAM, "X-Request-Id", id.replace(' ', '-')).status()).isEqualTo(status);

        await().untilAsserted(() -> assertThat(database.sql("SELECT COUNT(*) FROM RetryAttempts WHERE RequestID = ?")
                .param(id.replace(' ', '-')).query(Integer.class).single()).isEqualTo(failures));
        assertThat(rows(id)).isEmpty();
        assertThat(status().path("unknownUsages").asLong()).isEqualTo(unknown);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "'{\"choices\":[{\"message\":{\"content\":\"Hello, this is long\"}}]}'; application/json; 5",
        "'data: {\"choices\":[{\"delta\":{\"content\":\"Hello, this is long\"}}]}'; text/event-stream; 5",
        "'data: {\"type\":\"response.output_text.delta\",\"delta\":\"Hello, this is long\"}'; text/event-stream; 5",
        "'data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello, this is long\"}}'; text/event-stream; 5",
        "'{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"Hello, this is long\"}]},\"finish_reason\":\"stop\"}]}'; application/json; 5",
        "'{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"I will not do that.\"},\"finish_reason\":\"stop\"}]}'; application/json; 5",
        "'{\"choices\":[{\"message\":{\"tool_calls\":[{\"function\":{\"arguments\":\"{\\\"city\\\":\\\"Kathmandu\\\"}\"}}]}}]}'; application/json; 5",
        "'data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":\"{\\\"city\\\":\\\"Kathmandu\\\"}\"}}]}}]}'; text/event-stream; 5",
        "'{\"choices\":[{\"message\":{\"content\":\"\"},\"finish_reason\":\"stop\"}]}'; application/json; 0",
        "'{\"object\":\"response\",\"output\":[{\"type\":\"function_call\",\"arguments\":\"{\\\"city\\\":\\\"Kathmandu\\\"}\"}]}'; application/json; 5",
        "'data: {\"type\":\"response.completed\",\"response\":{\"output\":[{\"type\":\"reasoning\"}]}}'; text/event-stream; 0",
        "'{\"type\":\"message\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"Hello, this is long\"}],\"stop_reason\":\"end_turn\"}'; application/json; 5",
        "'{\"type\":\"message\",\"content\":[{\"type\":\"tool_use\",\"input\":{}}],\"stop_reason\":\"tool_use\"}'; application/json; 0",
        "'data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}'; text/event-stream; 0",
    })
    void anAnswerThatDoesNotSayIsAGuessAndTheRowSaysSo(String body, String type, long output) {
        xai.answer(200, type, (body + "\n\n").getBytes(StandardCharsets.UTF_8));
        String id = "guess " + body.hashCode();
        long unknown = status().path("unknownUsages").asLong();
        long estimated = estimated();

        assertThat(post(CHAT, ASK, "X-Request-Id", id.replace(' ', '-')).status()).isEqualTo(200);

        long input = ASK.length() / 4;
        await().untilAsserted(() -> assertThat(rows(id)).hasSize(1));
        assertThat(rows(id).get(0)).containsExactly("drop-in", input, output, input + output, 0L, 0L, null, true);
        assertThat(status().path("unknownUsages").asLong() - unknown).isOne();
        assertThat(estimated() - estimated).as("shown by /status/reconcile").isOne();
    }

    /** A picture has no tokens of its own, and in a request it is no words. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "/xai/v1/images/generations; {'created':1,'data':[{'url':'https://imgen.x.ai/1.png','revised_prompt':'a cat'}]}; 100; 25",
        "/xai/v1/images/generations; {'data':[{'b64_json':'LONG'}]}; 100; 25",
        "/xai/v1/images/edits; {'data':[{'b64_json':'LONG'},{'b64_json':'LONG'}],'usage':null}; 5000000; 2000",
        "/xai/v1/embeddings; {'object':'list','data':[{'object':'embedding','index':0,'embedding':[0.1,-2e-3]}],'model':'e'}; 4000; 1000",
        "/xai/v1/embeddings; {'object':'list','data':[{'index':0,'embedding':'LONG'}],'usage':{}}; 4000; 1000",
    })
    void picturesAndEmbeddingsThatDoNotSayAreAGuessAsWell(String path, String body, int sent, long guessed) {
        xai.answer(200, JSON, body.replace('\'', '"').replace("LONG", "x".repeat(3_000_000)).getBytes(StandardCharsets.UTF_8));
        String id = "guess " + (path + body).hashCode();
        long unknown = status().path("unknownUsages").asLong();

        String frame = "{\"model\":\"m\",\"prompt\":\"\"}";
        assertThat(post(path, frame.replace("t\":\"", "t\":\"" + "w".repeat(sent - frame.length())), "X-Request-Id", id.replace(' ', '-'))
                .status()).isEqualTo(200);

        await().untilAsserted(() -> assertThat(rows(id)).hasSize(1));
        assertThat(rows(id).get(0)).containsExactly("drop-in", guessed, 0L, guessed, 0L, 0L, null, true);
        assertThat(status().path("unknownUsages").asLong() - unknown).isOne();
    }

    @Test
    void aStreamIsAskedForItsUsageAndTheCallerDoesNotSeeIt() {
        xai.answer(http -> {
            boolean asked = new String(xai.calls().get(0).body(), StandardCharsets.UTF_8).contains("\"include_usage\":true");
            http.getResponseHeaders().set("Content-Type", EVENTS);
            http.sendResponseHeaders(200, 0);
            http.getResponseBody().write((PIECE + (asked ? EXTRA : "") + DONE).getBytes(StandardCharsets.UTF_8));
        });
        Answer answer = post(CHAT, STREAM, "X-Request-Id", "asked-for-the-caller");
        assertThat(answer.text()).isEqualTo(PIECE + DONE);
        assertThat(new String(xai.calls().get(0).body(), StandardCharsets.UTF_8))
                .isEqualTo(STREAM.replace("{\"stream\"", "{\"stream_options\":{\"include_usage\":true},\"stream\""));
        await().untilAsserted(() -> assertThat(rows("asked for-the-caller")).hasSize(1));

        String asking = STREAM.replace("{\"stream\"", "{\"stream_options\":{\"include_usage\":true},\"stream\"");
        assertThat(post(CHAT, asking).text()).as("who asks has it").isEqualTo(PIECE + EXTRA + DONE);
    }

    /** Whole and as a stream, and also where the reply does not say that it is compressed. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.tollgate.Codings#ofReplies")
    void whatComesCompressedWithoutBeingAskedForIsReadAndPassesDecoded(String coding, UnaryOperator<byte[]> coded) {
        String[] header = coding.equals("unsaid") ? new String[0] : new String[] {"Content-Encoding", coding};
        String whole = "{\"choices\":[{\"message\":{\"content\":\"Hello\"}}],\"usage\":" + SAID + "}";
        xai.answer(200, JSON, coded.apply(whole.getBytes(StandardCharsets.UTF_8)), header);
        Answer answer = post(CHAT, ASK, "X-Request-Id", "coded-" + coding);
        assertThat(answer.text()).isEqualTo(whole);
        assertThat(answer.header("Content-Encoding")).isNull();

        xai.answer(200, EVENTS, coded.apply((PIECE + EXTRA + DONE).getBytes(StandardCharsets.UTF_8)), header);
        Answer stream = post(CHAT, STREAM, "X-Request-Id", "coded-stream-" + coding);
        assertThat(stream.text()).isEqualTo(PIECE + DONE);
        assertThat(stream.header("Content-Encoding")).isNull();

        for (String id : List.of("coded " + coding, "coded stream-" + coding)) {
            await().untilAsserted(() -> assertThat(rows(id)).hasSize(1));
            assertThat(rows(id).get(0)).containsExactly("drop-in", 32L, 103L, 135L, 20L, 94L, 4121500L, false);
        }
    }

    /** Faults of the sandbox, so that everybody can see it held. */
    @ParameterizedTest
    @CsvSource({"reasoning-inside, true, false", "reasoning-inside, false, false", "late-empty-usage, true, false", "odd-lines, true, false",
        "without-usage, true, true", "without-usage, false, true"})
    void theSandboxMisbehavesInTheseWays(String fault, boolean streams, boolean guessed) throws Exception {
        String ask = (streams ? STREAM : ASK).replace("hello", "hello [fault:" + fault + "]");
        String id = "sandbox " + fault + " " + streams;
        post(CHAT, ask, "X-Request-Id", id.replace(' ', '-'));
        await().untilAsserted(() -> assertThat(rows(id)).hasSize(1));
        assertThat(rows(id).get(0).get(7)).isEqualTo(guessed);
        if (!guessed) {
            assertThat((long) rows(id).get(0).get(3)).isPositive().isEqualTo((long) rows(id).get(0).get(1) + (long) rows(id).get(0).get(2));
            assertThat((long) rows(id).get(0).get(5)).as("thought of").isPositive().isLessThan((long) rows(id).get(0).get(2));
        }
    }

    @Test
    void whatIsReadAgainIsNotBookedAgain() {
        xai.answer(200, JSON, ("{\"object\":\"response\",\"usage\":" + RESPONSE + "}").getBytes(StandardCharsets.UTF_8));
        get("/xai/v1/responses/resp_1", "read-again");
        xai.answer(200, EVENTS, ("data: {\"type\":\"response.completed\",\"response\":{\"usage\":" + RESPONSE + "}}\n\n")
                .getBytes(StandardCharsets.UTF_8));
        get("/xai/v1/responses/resp_1?stream=true", "read-again-streamed");
        xai.answer(200, JSON, ("{\"choices\":[{}],\"usage\":" + SAID + "}").getBytes(StandardCharsets.UTF_8));
        long cost = status().path("costTodayInUsdTicks").asLong();
        get("/xai/v1/chat/deferred-completion/d-1", "deferred-1");
        get("/xai/v1/chat/deferred-completion/d-1", "deferred-2");
        get("/xai/v1/chat/deferred-completion/d-2", "deferred-3");

        assertThat(rows("read again")).isEmpty();
        assertThat(rows("read again-streamed")).isEmpty();
        assertThat(List.of(rows("deferred 1").size(), rows("deferred 2").size(), rows("deferred 3").size())).containsExactly(1, 0, 1);
        assertThat(status().path("costTodayInUsdTicks").asLong() - cost).isEqualTo(2 * 4121500);
        assertThat(xai.hits()).isEqualTo(5);
    }

    private void get(String path, String id) {
        assertThat(gateway.send(HttpRequest.newBuilder(gateway.uri(path)).header("X-Request-Id", id)).status()).isEqualTo(200);
    }

    private long estimated() {
        for (var token : gateway.get("/status/reconcile").json().path("tokens")) {
            if (token.path("provider").asText().equals("xAI")) {
                return token.path("estimated").asLong();
            }
        }
        return 0;
    }

    private List<List<Object>> rows(String id) {
        return database.sql("SELECT Branch, InputTokens, OutputTokens, TotalTokensUsed, CachedTokens, ThinkingTokens, CostInUsdTicks,"
                + " IsEstimated FROM TokenUsageLogs WHERE RequestID = ?").param(id.replace(' ', '-')).query().listOfRows().stream()
                .<List<Object>>map(row -> new ArrayList<>(row.values())).toList();
    }
}
