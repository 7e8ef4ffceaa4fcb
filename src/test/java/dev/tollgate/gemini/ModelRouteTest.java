package dev.tollgate.gemini;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.apache.camel.test.spring.junit5.UseAdviceWith;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.bean.override.convention.TestBean;

import dev.tollgate.TollgateApplication;
import dev.tollgate.e2e.SettledDatabase;
import dev.tollgate.gateway.RequestIds;
import dev.tollgate.gateway.RetryProperties;
import dev.tollgate.gemini.UpstreamFailure.Kind;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.TokenDirectory;
import dev.tollgate.ledger.TokenRow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@code routes/gemini/model.camel.yaml}: breaker around retry around call. Everything is real but the one step
 * {@code gemini-http}, in whose place stands what the test lets Gemini answer.
 *
 * <p>To test another policy, copy this:
 * <ol>
 * <li>{@code camel.main.routes-include-pattern} names the policy's file and those whose routes or configurations it
 * refers to; they are loaded into the standard Camel context, the one that is injected here;
 * <li>{@code camel.component.kamelet.location} is where its kamelets are;
 * <li>{@code tollgate.routes-dir} is an empty folder, so that the door has no routes of its own to start;
 * <li>{@code routes} is what {@code {{routes}}} stands for in route files;
 * <li>{@code @UseAdviceWith} leaves the context unstarted until the step that reaches the network is replaced, by its id.
 * </ol>
 */
@CamelSpringBootTest
@UseAdviceWith
@SpringBootTest(classes = TollgateApplication.class, properties = { "routes=file:routes",
        "camel.main.routes-include-pattern=file:routes/gemini/model.camel.yaml,file:routes/gemini/diagnostics.camel.yaml,"
                + "file:routes/shared/errors.camel.yaml", "camel.component.kamelet.location=file:routes/shared/kit",
        "tollgate.ledger.replay-cron=0 0 0 1 1 ? 2099" })
class ModelRouteTest {

    /** One attempt as it came to the step that would send it. */
    private record Seen(String key, Map<String, Object> headers, String body) {
    }

    private record Reply(int status, String body) {
    }

    private interface Gemini {

        Reply reply(int attempt, String key) throws IOException;
    }

    private static final Reply BUSY = new Reply(503, error("UNAVAILABLE", ""));
    private static final Reply SERVED = new Reply(200, """
            {"candidates":[{"finishReason":"STOP","content":{"parts":[{"text":"{\\"invoice_no\\":\\"INV-1\\"}"}]}}],
             "usageMetadata":{"promptTokenCount":100,"candidatesTokenCount":20,"totalTokenCount":120}}""");

    private static final List<Duration> waits = new CopyOnWriteArrayList<>();
    private static final List<Seen> seen = new CopyOnWriteArrayList<>();
    private static volatile Gemini gemini;

    /** The real one, and a note of what it said. */
    @TestBean
    private RetryDelay retryDelay;

    @Autowired
    private CamelContext camel;

    @Autowired
    private ProducerTemplate template;

    @Autowired
    @Qualifier("geminiBreaker")
    private CircuitBreaker breaker;

    @Autowired
    private KeyRing keys;

    private JdbcClient database;

    static RetryDelay retryDelay() {
        return new RetryDelay(new RetryProperties(3, Duration.ofMillis(2), Duration.ofMillis(20), 2.0, false)) {
            @Override
            Duration of(int failed, Exception failure) {
                Duration wait = super.of(failed, failure);
                waits.add(wait);
                return wait;
            }
        };
    }

    @Autowired
    void settledDatabase(JdbcClient client, Ledger ledger, TokenDirectory rows) {
        database = SettledDatabase.of(client, ledger, rows);
    }

    @DynamicPropertySource
    static void folders(DynamicPropertyRegistry registry) throws IOException {
        String data = Files.createTempDirectory("tollgate-test").toString();
        String empty = Files.createTempDirectory("no-routes").toString();
        registry.add("tollgate.data-dir", () -> data);
        registry.add("tollgate.routes-dir", () -> empty);
        registry.add("tollgate.gemini.api-key-file", () -> data + "/appSetting.txt");
    }

    @BeforeEach
    void start() throws Exception {
        if (!camel.isStarted()) {
            AdviceWith.adviceWith(camel, "gemini-call",
                    route -> route.weaveById("gemini-http").replace().process(ModelRouteTest::answer));
            camel.start();
        }
        breaker.reset();
        seen.clear();
        waits.clear();
        gemini = (attempt, key) -> SERVED;
    }

    @Test
    void aServedCallIsOneSuccessOfTheBreaker() {
        Exchange call = call("served", row("key"));

        assertThat(call.getMessage().getBody(GeminiReply.class).invoice()).hasToString("{\"invoice_no\":\"INV-1\"}");
        assertThat(seen).hasSize(1);
        assertBreaker(1, 0);
    }

    @Test
    void aCallIsRetriedInsideTheBreaker() {
        gemini = (attempt, key) -> attempt <= 3 ? BUSY : SERVED;

        assertThat(call("flaky", row("key")).getException()).isNull();
        assertThat(seen).hasSize(4);
        assertBreaker(1, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = { 408, 500, 502, 503, 504 })
    void aCallThatKeepsFailingIsOneFailureOfTheBreaker(int status) {
        gemini = (attempt, key) -> new Reply(status, error("TROUBLE", ""));

        assertThat(failure(call("down-" + status, row("key"))).status()).isEqualTo(status);
        assertThat(seen).hasSize(4);
        assertBreaker(0, 1);
    }

    @Test
    void noAnswerAtAllIsRetriedAndOneFailure() {
        gemini = (attempt, key) -> {
            throw new ConnectException("refused");
        };

        assertThat(failure(call("gone", row("key")))).hasMessage("No connection: ConnectException: refused");
        assertThat(seen).hasSize(4);
        assertBreaker(0, 1);
    }

    @ParameterizedTest
    @CsvSource({ "400, INVALID_ARGUMENT, INPUT, 1", "413, TOO_LARGE, INPUT, 1", "403, PERMISSION_DENIED, KEY, 1",
            "401, UNAUTHENTICATED, KEY, 1", "429, RESOURCE_EXHAUSTED, QUOTA, 4", "404, NOT_FOUND, OTHER, 1" })
    void whatIsTheKeysOrTheInputsFaultIsNotCountedByTheBreaker(int status, String code, Kind kind, int attempts) {
        gemini = (attempt, key) -> new Reply(status, error(code, ""));

        assertThat(failure(call("fault-" + status, row("key"))).kind()).isEqualTo(kind);
        assertThat(seen).hasSize(attempts);
        assertBreaker(0, 0);
    }

    @Test
    void afterSustainedFailureCallersAreRefusedWithoutACall() {
        gemini = (attempt, key) -> BUSY;
        for (int i = 0; i < 10; i++) {
            call("sustained-" + i, row("key"));
        }
        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(seen).hasSize(40);

        assertThat(call("refused", row("key")).getException()).isInstanceOf(CallNotPermittedException.class);
        assertThat(seen).hasSize(40);
    }

    @Test
    void aHalfOpenBreakerClosesWhenItsTrialsAreServed() {
        breaker.transitionToOpenState();
        breaker.transitionToHalfOpenState();

        for (int i = 0; i < 3; i++) {
            assertThat(call("trial-" + i, row("key")).getException()).isNull();
        }
        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void aKeyThatFailsGivesWayToAnotherAtOnce() {
        gemini = (attempt, key) -> attempt == 1 ? new Reply(429, error("RESOURCE_EXHAUSTED", retryInfo("26s"))) : SERVED;

        assertThat(call("two-keys", row("key-1"), row("key-2")).getException()).isNull();
        assertThat(seen).extracting(Seen::key).containsExactlyInAnyOrder("key-1", "key-2");
        assertThat(waits).containsExactly(Duration.ZERO);
        assertBreaker(1, 0);
    }

    @Test
    void eachKeyIsTriedOnceBeforeOneIsTriedAgain() {
        gemini = (attempt, key) -> new Reply(429, error("RESOURCE_EXHAUSTED", ""));

        call("three-keys", row("key-1"), row("key-2"), row("key-3"));

        assertThat(seen).hasSize(4);
        assertThat(seen.subList(0, 3)).extracting(Seen::key).containsExactlyInAnyOrder("key-1", "key-2", "key-3");
    }

    @Test
    void waitsGrow() {
        gemini = (attempt, key) -> BUSY;

        call("growing", row("key"));

        assertThat(waits).extracting(Duration::toMillis).startsWith(2L, 4L, 8L);
    }

    @ParameterizedTest
    @CsvSource({ "0.007s, 7", "0.001s, 1", "1s, 20", "26s, 20", "0s, 2" })
    void theWaitThatGeminiAsksForIsKeptUpToTheCap(String retryDelay, long millis) {
        gemini = (attempt, key) -> attempt == 1 ? new Reply(429, error("RESOURCE_EXHAUSTED", retryInfo(retryDelay))) : SERVED;

        assertThat(call("asked-" + retryDelay, row("key")).getException()).isNull();
        assertThat(waits).extracting(Duration::toMillis).containsExactly(millis);
    }

    @Test
    void everyFailedAttemptBecomesARow() {
        gemini = (attempt, key) -> attempt <= 2 ? BUSY : new Reply(400, error("INVALID_ARGUMENT", ""));
        TokenRow row = row("key");

        call("rows", row);

        await().untilAsserted(() -> assertThat(database.sql("SELECT Attempt, IsRetryable, TokenID, CompanyID, ErrorMessage"
                + " FROM RetryAttempts WHERE RequestID = 'rows' ORDER BY Attempt").query((it, n) -> it.getInt(1) + " "
                + it.getBoolean(2) + " " + (it.getLong(3) == row.tokenId()) + " " + it.getString(4) + " " + it.getString(5)).list())
                .containsExactly("1 true true ACME HTTP 503 UNAVAILABLE: Gemini says UNAVAILABLE",
                        "2 true true ACME HTTP 503 UNAVAILABLE: Gemini says UNAVAILABLE",
                        "3 false true ACME HTTP 400 INVALID_ARGUMENT: Gemini says INVALID_ARGUMENT"));
    }

    @Test
    void usageIsBookedOnceHoweverOftenItWasTried() {
        gemini = (attempt, key) -> attempt <= 3 ? BUSY : SERVED;

        call("booked", row("key"));

        assertThat(database.sql("SELECT TotalTokensUsed FROM TokenUsageLogs WHERE RequestID = 'booked'").query(Long.class).list())
                .containsExactly(120L);
    }

    @Test
    void nothingOfTheCallerNorOfTheLastAttemptLeaves() {
        gemini = (attempt, key) -> attempt == 1 ? BUSY : SERVED;

        Exchange call = call("clean", row("key-secret"));

        assertThat(seen).allSatisfy(attempt -> assertThat(attempt.headers().keySet()).doesNotContain("companyID",
                "Authorization", "X-Left-Over", "CamelHttpResponseCode").contains("x-goog-api-key"));
        assertThat(call.getMessage().getHeaders().keySet()).doesNotContain("x-goog-api-key", "X-Left-Over", "Authorization");
    }

    @Test
    void theQuestionHoldsTheFileThePromptAndTheSchema() {
        call("question", row("key"));

        assertThat(seen.get(0).body()).contains("\"mimeType\":\"application/pdf\",\"data\":\"JVBERi0xLjQ=\"")
                .contains("You read one document").contains("\"responseJsonSchema\":{\"type\":\"object\"");
    }

    private static void answer(Exchange exchange) throws IOException {
        var message = exchange.getMessage();
        String key = message.getHeader("x-goog-api-key", String.class);
        seen.add(new Seen(key, Map.copyOf(message.getHeaders()), message.getBody(String.class)));
        Reply reply = gemini.reply(seen.size(), key);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, reply.status());
        message.setHeader("X-Left-Over", "of Gemini");
        message.setBody(reply.body());
    }

    private Exchange call(String request, TokenRow... rows) {
        InvoiceUpload upload = new InvoiceUpload("application/pdf", "%PDF-1.4".getBytes());
        return template.send("direct:gemini-model", exchange -> {
            exchange.setProperty(RequestIds.HEADER, request);
            exchange.setProperty(UploadGuard.UPLOAD, upload);
            exchange.getMessage().setHeader("companyID", "ACME");
            exchange.getMessage().setHeader("Authorization", "Bearer caller");
            exchange.setProperty(Requester.PROPERTY, new Requester("ACME", "Default", "ana"));
            exchange.getMessage().setBody(List.of(rows));
            keys.admit(exchange);
        });
    }

    private TokenRow row(String key) {
        database.sql("INSERT INTO TokenMaster (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit, Status)"
                + " VALUES ('ACME', 'Acme', ?, 'Gemini', 1000000, 'Active')").param(key).update();
        long id = database.sql("SELECT MAX(TokenID) FROM TokenMaster").query(Long.class).single();
        return new TokenRow(id, "ACME", "Acme", key, "Gemini", 1_000_000, "Active", 0, 1_000_000, 0);
    }

    private static UpstreamFailure failure(Exchange call) {
        return (UpstreamFailure) call.getException();
    }

    private void assertBreaker(int successes, int failures) {
        assertThat(breaker.getMetrics().getNumberOfSuccessfulCalls()).isEqualTo(successes);
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(failures);
    }

    private static String error(String code, String details) {
        return "{\"error\":{\"message\":\"Gemini says %s\",\"status\":\"%s\",\"details\":[%s]}}".formatted(code, code, details);
    }

    private static String retryInfo(String delay) {
        return "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"" + delay + "\"}";
    }
}
