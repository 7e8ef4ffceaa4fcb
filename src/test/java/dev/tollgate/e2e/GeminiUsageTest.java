package dev.tollgate.e2e;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

import dev.tollgate.e2e.GeminiStub.Call;
import dev.tollgate.e2e.GeminiStub.Reply;
import dev.tollgate.ledger.Reservations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/** What is booked at {@code /gemini} is what Gemini said, however it said it, to the token. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GeminiUsageTest extends KeyTest {

    private static final String MODEL = "/gemini/v1beta/models/gemini-2.5-flash:";
    private static final String ANSWER = "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[%s]},\"finishReason\":\"STOP\"}]%s}";

    /** Nothing is wrong, but the last of these says nothing of what it cost. */
    private static final long ESTIMATE = 3000;

    @Autowired
    private Reservations reservations;

    private String company;
    private long token;
    private String key;

    @BeforeEach
    void aCompanyWithAKey() {
        company = "USE-" + System.nanoTime();
        token = company(company, "provider-key-1", "Active", 100_000_000);
        key = keyFor("\"gemini\"", company);
    }

    /** Name, JSON of the pieces, tokens booked, rows in RetryAttempts. */
    static Stream<Arguments> said() {
        String error = "{\"error\":{\"code\":%d,\"message\":\"The model is overloaded\",\"status\":\"%s\"}}";
        return Stream.of(
                Arguments.of("a count", List.of(answer(12)), 12, 0),
                Arguments.of("cumulative counts", List.of(piece(5), piece(8), answer(12)), 12, 0),
                Arguments.of("much", List.of(piece(3), answer(200_100)), 200_100, 0),
                Arguments.of("an empty usageMetadata behind", List.of(answer(200_100), "{\"usageMetadata\":{}}"), 200_100, 0),
                Arguments.of("other fields behind", List.of(answer(12), "{\"usageMetadata\":{\"trafficType\":\"ON_DEMAND\"}}"), 12, 0),
                Arguments.of("the word in its text", List.of(answer(12), ANSWER.formatted(text("\\\"usageMetadata\\\":{\\\"totalTokenCount\\\":1}"), "")), 12, 0),
                Arguments.of("a smaller count behind", List.of(answer(12), piece(4)), 12, 0),
                Arguments.of("a picture of 20 MB", List.of(ANSWER.formatted("{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\""
                        + "iVBORw0KGgo=".repeat(20_000_000 / 12) + "\"}}", usage(12_910))), 12_910, 0),
                Arguments.of("an error first", List.of(error.formatted(503, "UNAVAILABLE")), 0, 1),
                Arguments.of("an error without a code", List.of("{\"error\":{\"message\":\"overloaded\",\"status\":\"UNAVAILABLE\"}}"), 0, 1),
                Arguments.of("an error later", List.of(piece(9), error.formatted(500, "INTERNAL")), 9, 1),
                Arguments.of("an error after the answer", List.of(answer(12), error.formatted(503, "UNAVAILABLE")), 12, 1),
                Arguments.of("parts beside a total of zero", List.of("{\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":5,"
                        + "\"candidatesTokenCount\":7,\"totalTokenCount\":0}}"), 12, 0),
                Arguments.of("counts as text and floats", List.of(ANSWER.formatted(text("hi"), ",\"usageMetadata\":{\"promptTokenCount\":\"5\","
                        + "\"candidatesTokenCount\":7.0,\"totalTokenCount\":1.2e1}")), 12, 0),
                Arguments.of("parts without a total", List.of(ANSWER.formatted(text("hi"), ",\"usageMetadata\":{\"promptTokenCount\":5,"
                        + "\"thoughtsTokenCount\":7}")), 12, 0),
                Arguments.of("an error as a text", List.of("{\"error\":\"overloaded\"}"), 0, 1),
                Arguments.of("counts of zero", List.of(answer(0)), 0, 1),
                Arguments.of("a blocked prompt", List.of("{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}" + usage(77) + "}"), 77, 0),
                Arguments.of("nothing in a bracket", List.of("{}"), 0, 1),
                Arguments.of("an answer without a word of its cost", List.of(ANSWER.formatted(text("hello"), "")), ESTIMATE, 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("said")
    void whatIsSaidIsBookedInEveryForm(String name, List<String> pieces, long booked, int failures) {
        List<Function<String, String>> events = List.of(one -> "data: " + one + "\r\n\r\n", one -> ": a\rdata:" + one + "\r\r");
        List<Answered> forms = new ArrayList<>();
        events.forEach(event -> forms.add(new Answered("streamGenerateContent?alt=sse", "Text/Event-Stream; charset=UTF-8",
                pieces.stream().map(event).toList())));
        forms.add(new Answered("streamGenerateContent?alt=sse", "text/plain", pieces.stream().map(events.get(0)).toList()));
        forms.add(new Answered("streamGenerateContent", "application/json", List.of("[" + String.join(",\n", pieces) + "]\n")));
        if (pieces.size() == 1) {
            forms.add(new Answered("generateContent", "application/json", pieces));
        }
        long expected = 0;
        int rows = 0;
        for (Answered form : forms) {
            gemini.reset();
            gemini.script((call, number) -> Reply.of(form.type, form.pieces));

            var answer = post(form.verb);

            assertThat(answer.text()).as("%s passes as it is", form.verb).isEqualTo(String.join("", form.pieces));
            assertThat(gemini.hits()).isOne();
            expected += booked;
            rows += failures;
            booksSay(form.verb + " as " + form.type, expected, rows);
        }
    }

    private record Answered(String verb, String type, List<String> pieces) {
    }

    /** Name, status, type, body, tokens booked. */
    static Stream<Arguments> noAnswers() {
        return Stream.of(Arguments.of("nothing", 200, "text/event-stream", "", 0), Arguments.of("no content", 204, "application/json", "", 0),
                Arguments.of("a page", 200, "text/html", "<html><body>Welcome</body></html>", 0),
                Arguments.of("a page in a stream", 200, "text/event-stream", "<html>\n\n<body>data: {}</body></html>", 0),
                Arguments.of("comments only", 200, "text/event-stream", ": keep-alive\n\n: keep-alive\n\n", 0),
                Arguments.of("the end only", 200, "text/event-stream", "data: [DONE]\n\n", 0),
                Arguments.of("JSON behind events", 200, "text/event-stream", "data: " + piece(9) + "\n\n{\n  \"error\": {\n    \"code\": 503,\n"
                        + "    \"message\": \"The model is overloaded\",\n    \"status\": \"UNAVAILABLE\"\n  }\n}\n", 9),
                Arguments.of("JSON in place of events", 200, "text/event-stream", "[{\n  \"error\": {\n    \"code\": 503\n  }\n}]\n", 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noAnswers")
    void whatIsNoAnswerCostsWhatItSaidAndIsARow(String name, int status, String type, String body, long booked) {
        int rows = 0;
        for (String verb : List.of("streamGenerateContent?alt=sse", "streamGenerateContent", "generateContent")) {
            gemini.reset();
            gemini.script((call, number) -> new Reply(status, body, null, Map.of("Content-Type", type)));

            assertThat(post(verb).status()).isEqualTo(status);
            assertThat(gemini.hits()).isOne();
            booksSay(verb, booked * ++rows, rows);
        }
    }

    /** Whole and as a stream, and also where the reply does not say that it is compressed. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.tollgate.Codings#ofReplies")
    void whatComesCompressedWithoutBeingAskedForIsReadAndPassesDecoded(String coding, UnaryOperator<byte[]> coded) {
        Map<String, String> said = coding.equals("unsaid") ? Map.of() : Map.of("Content-Encoding", coding);
        Map<String, String> bodies = Map.of("generateContent", answer(12), "streamGenerateContent", "[" + piece(5) + ",\n" + answer(12) + "]",
                "streamGenerateContent?alt=sse", "data: " + piece(5) + "\n\ndata: " + answer(12) + "\n\n");
        int calls = 0;
        for (Map.Entry<String, String> one : bodies.entrySet()) {
            Map<String, String> headers = new HashMap<>(said);
            headers.put("Content-Type", one.getKey().endsWith("sse") ? "text/event-stream" : "application/json");
            gemini.reset();
            gemini.coded(coded);
            gemini.script((call, number) -> new Reply(200, one.getValue(), null, headers));

            var answer = post(one.getKey());

            assertThat(answer.text()).as(one.getKey()).isEqualTo(one.getValue());
            assertThat(answer.header("Content-Encoding")).isNull();
            booksSay(one.getKey(), 12 * ++calls, 0);
        }
    }

    /** Where an answer need not say what it cost, what is none must not be taken for one. */
    @ParameterizedTest(name = "{0} for {1}")
    @CsvSource({"<html><body>Welcome</body></html>, text/html", "<html><body>Welcome</body></html>, application/json", "ok, text/plain",
        "'', application/json", "<p>{}</p>, text/html; charset=utf-8"})
    void whatIsNoEmbeddingCostsNothingAndIsARow(String body, String type) {
        int rows = 0;
        for (String verb : List.of("embedContent", "batchEmbedContents", "embedContent?alt=proto")) {
            if (verb.endsWith("proto") && !type.startsWith("text/html")) {
                continue; // bytes of any kind may be an answer there
            }
            gemini.reset();
            gemini.script((call, number) -> new Reply(200, body, null, Map.of("Content-Type", type)));

            assertThat(post(verb).text()).isEqualTo(body);
            assertThat(gemini.hits()).isOne();
            booksSay(verb, 0, ++rows);
        }
    }

    @ParameterizedTest
    @CsvSource({"503-inside, 1", "429-inside, 1", "503-raw, 1", "empty, 1", "204, 1", "garbage, 1", "erased, 0", "silent, 0", "blocked, 0",
        "truncated, 0", "fenced, 0", "untold, 0", "ok, 0"})
    void theSandboxMisbehavesInTheseWaysAndTheBooksHold(String fault, int rows) {
        gemini.simulate(fault);
        long said = 0;
        int calls = 0;
        for (String verb : List.of("streamGenerateContent?alt=sse", "streamGenerateContent", "generateContent")) {
            String text = gateway.send(HttpRequest.newBuilder(gateway.uri(MODEL + verb)).header("x-goog-api-key", key)
                    .POST(BodyPublishers.ofString("{\"contents\":[{\"parts\":[{\"text\":\"hello\"}]}]}"))).text();
            said += fault.equals("untold") ? ESTIMATE : Pattern.compile("\"totalTokenCount\":(\\d+)").matcher(text).results()
                    .mapToLong(count -> Long.parseLong(count.group(1))).max().orElse(0);
            booksSay(fault + " by " + verb, said, rows * ++calls);
        }
    }

    @Test
    void aQuotaThatEndsInsideAStreamCoolsItsKey() {
        company(company, "provider-key-2", "Active", 100_000_000);
        gemini.script((call, number) -> number == 1 ? Reply.of("text/event-stream", List.of("data: " + piece(9) + "\n\n",
                "data: {\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"quota\"}}\n\n"))
                : Reply.of("text/event-stream", List.of("data: " + answer(12) + "\n\n")));

        for (int i = 0; i < 6; i++) {
            post("streamGenerateContent?alt=sse");
        }

        List<String> keys = gemini.calls().stream().map(Call::key).toList();
        assertThat(keys.subList(1, 6)).as("the other key").doesNotContain(keys.get(0));
        booksSay("all", 9 + 5 * 12, 1);
    }

    @Test
    void aStreamThatHasSaidItsFinalCountIsBookedByItAlsoWhenTheCallerClosesThen() throws Exception {
        var gate = gemini.closePieceGate();
        gemini.script((call, number) -> Reply.of("text/event-stream", List.of("data: " + piece(5) + "\n\n", "data: " + answer(12) + "\n\n",
                ": nothing more\n\n".repeat(10_000), ": nothing more\n\n".repeat(10_000))));
        try (var body = HttpClient.newHttpClient().send(request("streamGenerateContent?alt=sse"), BodyHandlers.ofInputStream()).body()) {
            String read = "";
            while (!read.contains("\"totalTokenCount\":12}}\n\n")) {
                read += (char) body.read();
            }
        }
        gate.countDown();

        booksSay("closed", 12, 0);
    }

    /** Eleven characters of text and one picture, which cost three tokens and 258. */
    private static final String QUESTION = "{\"contents\":[{\"parts\":[{\"text\":\"hello world\"},"
            + "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"iVBORw0KGgo=\"}}]}]}";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            streamGenerateContent?alt=sse | text/event-stream | data:
            streamGenerateContent         | application/json  | [
            """)
    void aStreamThatIsLeftBeforeItsFirstCountCostsItsQuestionAndItsRowSaysSo(String verb, String type, String before)
            throws Exception {
        String piece = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + "x".repeat(4000) + "\"}]}}]}";
        boolean events = before.equals("data:");
        List<String> pieces = new ArrayList<>(Collections.nCopies(100_000, events ? before + piece + "\n\n" : "," + piece));
        pieces.set(0, before + piece + (events ? "\n\n" : ""));
        gemini.script((call, number) -> Reply.of(type, pieces));
        HttpRequest request = HttpRequest.newBuilder(gateway.uri(MODEL + verb)).header("x-goog-api-key", key)
                .POST(BodyPublishers.ofString(QUESTION)).build();

        try (var body = HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream()).body()) {
            assertThat(body.read()).isEqualTo(before.charAt(0));
        }

        booksSay("a stream that was left", 3 + 258, 1);
        assertEstimated();
    }

    @ParameterizedTest
    @ValueSource(strings = {"generateContent", "streamGenerateContent?alt=sse", "streamGenerateContent"})
    void aCallThatIsLeftBeforeItsReplyBeginsCostsItsQuestion(String verb) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        gemini.script((call, number) -> {
            never.await();
            return Reply.status(500, "INTERNAL");
        });
        try (Wire caller = Wire.open(gateway.uri("/").getPort(), "POST", MODEL + verb, QUESTION.getBytes(), "x-goog-api-key: " + key,
                "Content-Type: application/json")) {
            await().until(() -> gemini.hits() == 1);
        }

        booksSay(verb, 3 + 258, 1);
        assertEstimated();
        never.countDown();
    }

    private void assertEstimated() {
        assertThat(database.sql("SELECT IsEstimated FROM TokenUsageLogs WHERE TokenID = ?").param(token).query(Boolean.class).list())
                .containsExactly(true);
        JsonNode report = gateway.send(HttpRequest.newBuilder(gateway.uri("/status/reconcile?q=" + company))
                .header("Authorization", "Bearer " + ADMIN).GET()).json();
        assertThat(report.path("drift").asLong(-1)).isZero();
        assertThat(report.path("tokens").findValuesAsText("tokenID")).contains(String.valueOf(token));
        report.path("tokens").forEach(row -> {
            if (row.path("tokenID").asLong() == token) {
                assertThat(row.path("estimated").asLong()).as(row.toString()).isEqualTo(1);
                assertThat(row.path("reserved").asLong(-1)).as(row.toString()).isZero();
            }
        });
    }

    @Test
    void anAnswerThatIsCutInsideItsBodyCostsWhatItHadSaid() {
        String whole = answer(12).replaceFirst("}$", ",\"modelVersion\":\"gemini-2.5-flash\"}");
        Map<String, String> longer = Map.of("Content-Type", "application/json", "Content-Length", "5000");
        gemini.script((call, number) -> Reply.of("application/json", List.of(whole.substring(0, whole.length() - 10))).with(longer));
        assertThat(post("generateContent").status()).isEqualTo(502);
        booksSay("behind the count", 12, 1);

        gemini.script((call, number) -> Reply.of("application/json", List.of(whole.substring(0, 40))).with(longer));
        assertThat(post("generateContent").status()).isEqualTo(502);
        booksSay("before the count", 12, 2);

        gemini.script((call, number) -> Reply.of("text/event-stream", List.of("data: {\"cand")).with(longer));
        assertThat(catchThrowable(() -> post("streamGenerateContent?alt=sse"))).isNotNull();
        booksSay("a stream before its first count", 12, 3);
    }

    @Test
    void whatHasAPriceOfItsOwnHasAColumn() {
        gemini.script((call, number) -> new Reply(200, ANSWER.formatted(text("hello"), ",\"usageMetadata\":{\"promptTokenCount\":100,"
                + "\"cachedContentTokenCount\":60,\"toolUsePromptTokenCount\":7,\"thoughtsTokenCount\":20,\"candidatesTokenCount\":30,"
                + "\"totalTokenCount\":157,\"promptTokensDetails\":[{\"modality\":\"AUDIO\",\"tokenCount\":5},{\"modality\":\"DOCUMENT\",\"tokenCount\":3}]}"), null));
        post("generateContent");

        assertThat(database.sql("SELECT InputTokens, OutputTokens, TotalTokensUsed, CachedTokens, ThinkingTokens, ToolUseTokens,"
                + " AudioPromptTokens, DocumentPromptTokens FROM TokenUsageLogs WHERE TokenID = ?").param(token).query().singleRow().values())
                .extracting(Object::toString).containsExactly("107", "50", "157", "60", "20", "7", "5", "3");
    }

    /** Sum of the company's rows, failed attempts, and that nothing stays reserved and no books are apart. */
    private void booksSay(String form, long tokens, int failures) {
        await().untilAsserted(() -> {
            assertThat(database.sql("SELECT COALESCE(SUM(l.TotalTokensUsed), 0) FROM TokenUsageLogs l JOIN TokenMaster m ON m.TokenID = l.TokenID"
                    + " WHERE m.CompanyID = ?").param(company).query(Long.class).single()).as("booked for " + form).isEqualTo(tokens);
            assertThat(database.sql("SELECT COUNT(*) FROM RetryAttempts WHERE CompanyID = ?").param(company).query(Integer.class).single())
                    .as("rows for " + form).isEqualTo(failures);
            assertThat(reservations.reserved(token)).as("reserved after " + form).isZero();
        });
        if (tokens > 0) {
            new Books(database).summaryAgrees(company);
        }
    }

    private HttpRequest request(String verb) {
        return HttpRequest.newBuilder(gateway.uri(MODEL + verb)).header("x-goog-api-key", key).POST(BodyPublishers.ofString("{}")).build();
    }

    private Gateway.Answer post(String verb) {
        return gateway.send(HttpRequest.newBuilder(request(verb), (name, value) -> true));
    }

    private static String text(String text) {
        return "{\"text\":\"" + text + "\"}";
    }

    private static String usage(long total) {
        return ",\"usageMetadata\":{\"totalTokenCount\":" + total + "}";
    }

    private static String answer(long total) {
        return ANSWER.formatted(text("end"), usage(total));
    }

    private static String piece(long total) {
        return "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[" + text("a piece") + "]}}]" + usage(total) + "}";
    }
}
