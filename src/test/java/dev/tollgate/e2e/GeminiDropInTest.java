package dev.tollgate.e2e;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.errors.ApiException;
import com.google.genai.errors.ClientException;
import com.google.genai.errors.ServerException;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.ListModelsConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tollgate.e2e.GeminiStub.Call;
import dev.tollgate.e2e.GeminiStub.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** {@code /gemini} with the google-genai SDK as it comes, and byte for byte. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GeminiDropInTest extends KeyTest {

    private static final String MODEL = "gemini-2.5-flash";
    private static final String GENERATE = "/gemini/v1beta/models/gemini-2.5-flash:generateContent";
    private static final String STREAM = "/gemini/v1beta/models/gemini-2.5-flash:streamGenerateContent";
    private static final String BODY = "{ \"contents\":[{\"parts\":[{\"text\":\"h\u00e9llo\"}]}],\"unknown\":1.10 }";

    /** tollgate.gemini.estimate. */
    private static final long RESERVATION = 3000;

    private String company;
    private String key;
    private Client sdk;

    @BeforeEach
    void aCompanyWithAKey() {
        company = "DROP-" + System.nanoTime();
        key = keyFor("\"gemini\"", company);
        sdk = sdk(key, Map.of());
        gemini.simulate();
    }

    /** The SDK's own 5 attempts stay; only its waits between them are shorter than its seconds. */
    private Client sdk(String apiKey, Map<String, String> headers) {
        return Client.builder().apiKey(apiKey).httpOptions(HttpOptions.builder().baseUrl(gateway.uri("/gemini").toString())
                .headers(headers).retryOptions(HttpRetryOptions.builder().initialDelay(0.01).maxDelay(0.02)).build()).build();
    }

    @Test
    void theSdksPlainCallIsAnsweredAndBooked() {
        company(company, "provider-key-1", "Active");

        GenerateContentResponse answer = sdk.models.generateContent(MODEL, "hello", null);

        assertThat(answer.text()).isEqualTo("This is the sandbox; you said: hello");
        assertThat(gemini.calls()).singleElement().satisfies(call -> {
            assertThat(call.key()).isEqualTo("provider-key-1");
            assertThat(call.path()).isEqualTo("/v1beta/models/gemini-2.5-flash:generateContent");
            assertThat(call.headers()).doesNotContain(key);
        });
        assertThat(booked()).containsExactly((long) answer.usageMetadata().orElseThrow().totalTokenCount().orElseThrow());
        assertThat(database.sql("SELECT l.Branch, l.RequestedBy, s.TotalUsedTokens FROM TokenUsageLogs l JOIN TokenMaster m"
                + " ON m.TokenID = l.TokenID JOIN TokenUsageSummary s ON s.TokenID = m.TokenID WHERE m.CompanyID = ?")
                .param(company).query().singleRow().values()).containsExactly("drop-in", "test", booked().get(0));
    }

    @Test
    void aStreamArrivesPieceByPieceAndItsLastUsageIsBooked() {
        company(company, "provider-key-1", "Active");
        CountDownLatch gate = gemini.closePieceGate();
        List<GenerateContentResponse> pieces = new ArrayList<>();

        try (ResponseStream<GenerateContentResponse> stream = sdk.models.generateContentStream(MODEL, "hello", null)) {
            var arriving = stream.iterator();
            pieces.add(arriving.next());
            assertThat(gemini.piecesSent()).as("Gemini has sent no more than this piece and the next").isEqualTo(2);
            assertThat(booked()).as("nothing is known yet").isEmpty();
            gate.countDown();
            arriving.forEachRemaining(pieces::add);
        }

        assertThat(pieces.stream().map(GenerateContentResponse::text).toList()).hasSizeGreaterThan(5)
                .satisfies(texts -> assertThat(String.join("", texts)).isEqualTo("This is the sandbox; you said: hello"));
        assertThat(gemini.calls()).singleElement().extracting(Call::query).isEqualTo("alt=sse");
        long last = pieces.get(pieces.size() - 1).usageMetadata().orElseThrow().totalTokenCount().orElseThrow();
        await().untilAsserted(() -> assertThat(booked()).containsExactly(last));
    }

    @Test
    void aStreamThatIsNoSequenceOfEventsIsBookedAsWell() {
        company(company, "provider-key-1", "Active");

        String text = post(STREAM, BODY, key).text();

        assertThat(text).startsWith("[{").endsWith("}]\n");
        assertThat(booked()).containsExactly(totalOf(text));
    }

    @Test
    void aCallerThatHangsUpMidwayPaysWhatWasSaidByThenAndGeminiIsLeft() throws Exception {
        company(company, "provider-key-1", "Active");
        String piece = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + "x".repeat(4000)
                + "\"}]}}],\"usageMetadata\":{\"promptTokenCount\":2,\"totalTokenCount\":9}}\r\n\r\n";
        gemini.script((call, number) -> Reply.of("text/event-stream", Collections.nCopies(100_000, piece)));
        HttpRequest request = HttpRequest.newBuilder(gateway.uri(STREAM + "?alt=sse"))
                .header("x-goog-api-key", key).header("X-Request-Id", company).POST(BodyPublishers.ofString(BODY)).build();

        try (var body = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
            assertThat(new String(body.readNBytes(piece.length()), StandardCharsets.UTF_8)).as("with its count").isEqualTo(piece);
        }

        assertThat(gemini.brokenOff().await(2, TimeUnit.MINUTES)).as("the gateway reads on for nobody").isTrue();
        await().untilAsserted(() -> assertThat(booked()).containsExactly(9L));
        assertThat(gemini.hits()).isOne();
    }

    @Test
    void aStreamThatGeminiBreaksOffCostsWhatWasSaidByThenToo() {
        company(company, "provider-key-1", "Active");
        gemini.script((call, number) -> Reply.of("text/event-stream", List.of("data: {\"usageMetadata\":{\"totalTokenCount\":9}}\n\n"))
                .with(Map.of("Content-Type", "text/event-stream", "Content-Length", "5000")));
        assertThat(catchThrowableOfType(Exception.class, () -> post(STREAM + "?alt=sse", BODY, key))).isNotNull();
        await().untilAsserted(() -> assertThat(booked()).containsExactly(9L));
    }

    @Test
    void aReplyInAFormThatDoesNotTellItsCostCostsTheEstimateAndItsRowSaysSo() {
        company(company, "provider-key-1", "Active");
        gemini.script((call, number) -> new Reply(200, "callback({})", null));

        assertThat(post(GENERATE + "?callback=callback", BODY, key).text()).isEqualTo("callback({})");
        assertThat(booked()).containsExactly(RESERVATION);
        assertThat(database.sql("SELECT l.IsEstimated FROM TokenUsageLogs l JOIN TokenMaster m ON m.TokenID = l.TokenID"
                + " WHERE m.CompanyID = ?").param(company).query(Boolean.class).list()).containsExactly(true);
        assertThat(post(GENERATE + "?%66ields=candidates", BODY, key).json().path("error").path("message").asText())
                .contains("would hide what the call costs");
        assertThat(gemini.hits()).isOne();
    }

    @Test
    void countingTokensAndListsOfModelsAreFree() {
        company(company, "provider-key-1", "Active");

        assertThat(sdk.models.countTokens(MODEL, "hello", null).totalTokens()).contains(2);
        assertThat(StreamSupport.stream(sdk.models.list(ListModelsConfig.builder().pageSize(50).build()).spliterator(), false)
                .map(model -> model.name().orElseThrow())).contains("models/gemini-2.5-flash");
        assertThat(sdk.models.get(MODEL, null).inputTokenLimit()).contains(1_048_576);

        assertThat(gemini.calls()).extracting(Call::method).containsExactly("POST", "GET", "GET");
        assertThat(gemini.calls()).extracting(Call::query).containsExactly(null, "pageSize=50", null);
        assertThat(booked()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', value = {
        "Expired  | 403 | Your AI token has expired. Please renew your subscription.",
        "Exceeded | 403 | Your AI token is no longer available or has been disabled. Please contact support.",
        "Disabled | 403 | Your AI token is no longer available or has been disabled. Please contact support.",
        "-        | 404 | No active token found for your company. Please contact support."})
    void aDeniedSdkIsToldOnceAndPaysNothing(String status, int code, String message) {
        if (status != null) {
            company(company, "provider-key-1", status);
        }
        arrivals.set(0);

        ClientException denied = catchThrowableOfType(ClientException.class, () -> sdk.models.generateContent(MODEL, "hello", null));
        ApiException streaming = catchThrowableOfType(ApiException.class,
                () -> sdk.models.generateContentStream(MODEL, "hello", null));

        assertThat(denied).extracting(ApiException::code, ApiException::message).containsExactly(code, message);
        assertThat(streaming).extracting(ApiException::code, ApiException::message).containsExactly(code, message);
        assertThat(arrivals.get()).as("requests of the SDK").isEqualTo(2);
        assertThat(gemini.hits()).isZero();
        assertThat(booked()).isEmpty();
        var error = post(GENERATE, BODY, key).json().path("error");
        assertThat(error.path("code").asInt()).isEqualTo(code);
        assertThat(error.path("status").asText()).isEqualTo(code == 404 ? "NOT_FOUND" : "PERMISSION_DENIED");
    }

    @Test
    void aKeyThatIsUnknownOrForAnotherApiIsRefusedInGooglesShape() {
        for (Map.Entry<String, Integer> wrong : Map.of("tg_" + "A".repeat(43), 401, keyFor("\"keepa\"", null), 403).entrySet()) {
            ClientException refused = catchThrowableOfType(ClientException.class,
                    () -> sdk(wrong.getKey(), Map.of()).models.generateContent(MODEL, "hello", null));
            assertThat(refused.code()).isEqualTo(wrong.getValue());
            assertThat(refused.message()).isNotBlank();
        }
        assertThat(gemini.hits()).isZero();
    }

    @Test
    void oneCallOfTheSdkWithItsFiveAttemptsIsFiveCallsUpstream() {
        company(company, "provider-key-1", "Active");
        gemini.script((call, number) -> Reply.status(503, "UNAVAILABLE"));

        ServerException failed = catchThrowableOfType(ServerException.class, () -> sdk.models.generateContent(MODEL, "hello", null));

        assertThat(failed).extracting(ApiException::code, ApiException::message).containsExactly(503, "The stub says UNAVAILABLE");
        assertThat(gemini.hits()).isEqualTo(5);
        assertThat(booked()).isEmpty();
        await().untilAsserted(() -> assertThat(database.sql("SELECT COUNT(*) FROM RetryAttempts WHERE CompanyID = ?")
                .param(company).query(Long.class).single()).isEqualTo(5));
    }

    @Test
    void theSdksNextAttemptTakesAnotherKeyOfTheCompany() {
        company(company, "provider-key-1", "Active");
        company(company, "provider-key-2", "Active");
        GeminiStub.Script served = gemini.script();
        gemini.script((call, number) -> number == 1 ? Reply.status(429, "RESOURCE_EXHAUSTED") : served.reply(call, number));

        assertThat(sdk.models.generateContent(MODEL, "hello", null).text()).contains("you said: hello");

        assertThat(gemini.calls()).extracting(Call::key).containsExactlyInAnyOrder("provider-key-1", "provider-key-2");
        assertThat(booked()).hasSize(1);
    }

    static Stream<Arguments> targets() {
        return Stream.of(
                Arguments.of("/models/gemini-2.5-flash:generateContent?key=KEY", "/models/gemini-2.5-flash:generateContent"),
                Arguments.of("/models/gemini-2.5-flash:generateContent?key=KEY&alt=json&x=%20%25zz+&&y", "/models/gemini-2.5-flash:generateContent?alt=json&x=%20%25zz+&&y"),
                Arguments.of("/models/gemini-2.5-flash:generateContent?alt=json&k%65y=KEY&Key=y", "/models/gemini-2.5-flash:generateContent?alt=json&Key=y"),
                Arguments.of("/models/gemini-2.5-flash:generateContent?access_token=KEY&oauth_token=a&$.xgafv=1", "/models/gemini-2.5-flash:generateContent?$.xgafv=1"),
                Arguments.of("/models/gemini-2.5-flash:generateContent?x-goog-api-key=mine", "/models/gemini-2.5-flash:generateContent?x-goog-api-key=mine"),
                Arguments.of("/models/gemini-2.5-flash%3AgenerateContent", "/models/gemini-2.5-flash%3AgenerateContent"),
                Arguments.of("/tunedModels/my-own_1.0:generateContent", "/tunedModels/my-own_1.0:generateContent"));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void pathQueryBodyAndReplyPassAsTheyAreButForTheKey(String sent, String arrives) {
        company(company, "provider-key-1", "Active");
        String reply = "{ \"usageMetadata\" : {\"totalTokenCount\": 7},\n \"n\":1.10, \"t\":\"\u00e9\" }";
        gemini.script((call, number) -> new Reply(200, reply, null).with(Map.of("Content-Type", "application/json; charset=UTF-8",
                "Set-Cookie", "of=google", "X-Gemini-Service-Tier", "standard")));

        var answer = post("/gemini/v1beta" + sent.replace("KEY", key), BODY, key);

        assertThat(answer.text()).isEqualTo(reply);
        assertThat(answer.header("Content-Type")).isEqualToIgnoringWhitespace("application/json; charset=UTF-8");
        assertThat(answer.headers().keySet()).isSubsetOf("x-request-id", "content-type", "content-length", "date", "connection");
        assertThat(gemini.calls()).singleElement().satisfies(call -> {
            assertThat(call.path() + (call.query() == null ? "" : "?" + call.query())).isEqualTo("/v1beta" + arrives);
            assertThat(call.body()).isEqualTo(BODY);
            assertThat(call.key()).isEqualTo("provider-key-1");
        });
        assertThat(booked()).containsExactly(7L);
    }

    @ParameterizedTest
    @CsvSource({"GET, /gemini, 404", "GET, /gemini/v1beta, 404", "POST, /gemini/v2/models/x:generateContent, 404",
        "POST, /gemini/v1beta/models/x:predict, 404", "GET, /gemini/v1beta/models/, 404", "PUT, /gemini/v1beta/files, 405",
        "POST, /gemini/v1beta/models/x/y:generateContent, 404", "GET, /gemini/v1beta/models/x:generateContent, 405",
        "DELETE, /gemini/v1beta/models/x, 405", "POST, /gemini/v1beta/models/...:generateContent, 404"})
    void nothingElsePasses(String method, String path, int status) {
        company(company, "provider-key-1", "Active");

        var answer = call(method, path, key, method.equals("POST") ? BODY : null);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json().path("error").path("code").asInt()).isEqualTo(status);
        assertThat(answer.json().path("error").path("message").asText()).isNotBlank();
        assertThat(gemini.hits()).isZero();
    }

    @Test
    void anErrorThatNamesOurKeyDoesNotTellIt() {
        company(company, "provider-key-of-" + company, "Active");
        gemini.script((call, number) -> new Reply(403, GeminiStub.error(403, "the key " + call.key(), ""), null));

        var answer = post(GENERATE, BODY, key);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).isEqualTo(GeminiStub.error(403, "the key [cut]", ""));
    }

    @Test
    void withAKeyForAnyCompanyTheHeaderSaysWhoPays() {
        company(company, "provider-key-1", "Active");
        String any = keyFor("\"gemini\"", null);

        assertThat(sdk(any, Map.of("X-Company-Id", company)).models.generateContent(MODEL, "hello", null).text()).contains("hello");
        assertThat(booked()).hasSize(1);

        assertThat(catchThrowableOfType(ClientException.class, () -> sdk(any, Map.of()).models.generateContent(MODEL, "hello", null)))
                .satisfies(none -> assertThat(none.code()).isEqualTo(400))
                .satisfies(none -> assertThat(none.message()).contains("X-Company-Id"));
        assertThat(catchThrowableOfType(ClientException.class,
                () -> sdk(key, Map.of("X-Company-Id", "OTHER")).models.generateContent(MODEL, "hello", null)))
                .extracting(ApiException::code, ApiException::message).containsExactly(403, "This key belongs to another company.");
        assertThat(gemini.hits()).isOne();
    }

    @Test
    void whatCannotBeReachedSaysSoInGooglesShape() {
        company(company, "provider-key-1", "Active");
        gemini.script((call, number) -> new Reply(0, "", null));

        ServerException failed = catchThrowableOfType(ServerException.class, () -> sdk.models.generateContent(MODEL, "hello", null));

        assertThat(failed).extracting(ApiException::code, ApiException::message).containsExactly(502, "Gemini broke off its answer.");
        assertThat(gemini.hits()).isEqualTo(5);
        assertThat(booked()).isEmpty();
    }

    private Gateway.Answer post(String path, String body, String apiKey) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri(path))
                .header("Content-Type", "application/json").header("x-goog-api-key", apiKey).POST(BodyPublishers.ofString(body)));
    }

    private static long totalOf(String text) {
        return Long.parseLong(text.substring(text.lastIndexOf("\"totalTokenCount\":") + 18).replaceAll("(?s)[^0-9].*", ""));
    }

    /** What the ledger has for this test's company. */
    private List<Long> booked() {
        return database.sql("SELECT l.TotalTokensUsed FROM TokenUsageLogs l JOIN TokenMaster m ON m.TokenID = l.TokenID"
                + " WHERE m.CompanyID = ?").param(company).query(Long.class).list();
    }
}
