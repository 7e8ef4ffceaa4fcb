package dev.tollgate.gemini;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.CamelExecutionException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.gemini.UpstreamFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class FailureReaderTest {

    private static final boolean RETRYABLE = true;
    private static final boolean FINAL = false;

    private final FailureReader reader = new FailureReader(new ObjectMapper());

    static Stream<Arguments> statuses() {
        return Stream.of(
                arguments(400, "INVALID_ARGUMENT", Kind.INPUT, FINAL),
                arguments(400, "FAILED_PRECONDITION", Kind.OTHER, FINAL),
                arguments(401, "UNAUTHENTICATED", Kind.KEY, FINAL),
                arguments(403, "PERMISSION_DENIED", Kind.KEY, FINAL),
                arguments(404, "NOT_FOUND", Kind.OTHER, FINAL),
                arguments(408, "", Kind.ENDPOINT, RETRYABLE),
                arguments(413, "", Kind.INPUT, FINAL),
                arguments(415, "", Kind.INPUT, FINAL),
                arguments(422, "", Kind.INPUT, FINAL),
                arguments(429, "RESOURCE_EXHAUSTED", Kind.QUOTA, RETRYABLE),
                arguments(500, "INTERNAL", Kind.ENDPOINT, RETRYABLE),
                arguments(501, "UNIMPLEMENTED", Kind.ENDPOINT, FINAL),
                arguments(502, "", Kind.ENDPOINT, RETRYABLE),
                arguments(503, "UNAVAILABLE", Kind.ENDPOINT, RETRYABLE),
                arguments(504, "DEADLINE_EXCEEDED", Kind.ENDPOINT, RETRYABLE),
                arguments(302, "", Kind.OTHER, FINAL));
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void theStatusSaysWhoseFaultItWas(int status, String code, Kind kind, boolean retryable) {
        UpstreamFailure failure = read(status, null, error(status, "Something.", code, ""));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.isRetryable()).isEqualTo(retryable);
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.retryAfter()).isNull();
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                arguments("bare", error(503, "The model is overloaded.", "UNAVAILABLE", ""),
                        "HTTP 503 UNAVAILABLE: The model is overloaded."),
                arguments("wrapped in an array, as in streams",
                        "[" + error(503, "The model is overloaded.", "UNAVAILABLE", "") + "]",
                        "HTTP 503 UNAVAILABLE: The model is overloaded."),
                arguments("without status", "{\"error\":{\"message\":\"Bad day\"}}", "HTTP 503 : Bad day"),
                arguments("without message", "{\"error\":{\"status\":\"UNAVAILABLE\"}}",
                        "HTTP 503 UNAVAILABLE: no message"),
                arguments("error is text", "{\"error\":\"overloaded\"}", "HTTP 503 : no message"),
                arguments("details are no list", "{\"error\":{\"message\":\"m\",\"details\":\"none\"}}", "HTTP 503 : m"),
                arguments("details hold text", "{\"error\":{\"message\":\"m\",\"details\":[\"none\",null,7]}}", "HTTP 503 : m"),
                arguments("a proxy's page", "<html><h1>503 Service Unavailable</h1></html>", "HTTP 503 : no message"),
                arguments("half of it", "{\"error\":{\"code\":503,", "HTTP 503 : no message"),
                arguments("nothing", "", "HTTP 503 : no message"),
                arguments("null", "null", "HTTP 503 : no message"),
                arguments("an empty array", "[]", "HTTP 503 : no message"),
                arguments("a number", "503", "HTTP 503 : no message"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void whateverTheBodyIsTheStatusDecides(String name, String body, String message) {
        UpstreamFailure failure = read(503, null, body);

        assertThat(failure.kind()).isEqualTo(Kind.ENDPOINT);
        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure).hasMessage(message);
    }

    @Test
    void noBodyAtAllIsAFailureToo() {
        assertThat(reader.read(503, null, null)).hasMessage("HTTP 503 : no message");
    }

    @Test
    void aLongMessageIsCut() {
        assertThat(read(500, null, error(500, "x".repeat(5000), "INTERNAL", "")).getMessage()).hasSize(500);
    }

    @Test
    void aKeyInTheMessageIsCutOut() {
        String key = "AIza" + "SyA" + "0".repeat(31);
        UpstreamFailure failure = read(403, null, error(403,
                "Permission denied: Consumer 'api_key:" + key + "' has been suspended.", "PERMISSION_DENIED", ""));

        assertThat(failure.getMessage()).startsWith("HTTP 403 PERMISSION_DENIED: Permission denied")
                .doesNotContain(key, "AIza");
    }

    static Stream<Arguments> invalidKeys() {
        return Stream.of(
                arguments("as it is sent", error(400, "API key not valid. Please pass a valid API key.",
                        "INVALID_ARGUMENT", """
                        {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID",
                         "domain":"googleapis.com","metadata":{"service":"generativelanguage.googleapis.com"}}""")),
                arguments("by its reason alone", error(400, "Kein Schlüssel", "INVALID_ARGUMENT",
                        "{\"reason\":\"API_KEY_INVALID\"}")),
                arguments("by its message alone", error(400, "API key not valid. Please pass a valid API key.",
                        "INVALID_ARGUMENT", "")),
                arguments("behind other details", error(400, "m", "INVALID_ARGUMENT",
                        "{\"@type\":\"x\"},{\"reason\":\"OTHER\"},{\"reason\":\"API_KEY_INVALID\"}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalidKeys")
    void anInvalidKeyIsTheKeysFaultThoughItIsA400(String name, String body) {
        UpstreamFailure failure = read(400, null, body);

        assertThat(failure.kind()).isEqualTo(Kind.KEY);
        assertThat(failure.isRetryable()).isFalse();
    }

    @Test
    void aMinutesQuotaIsWaitedForAndADaysQuotaIsNot() {
        UpstreamFailure minute = read(429, null, quota("GenerateContentInputTokensPerModelPerMinute-FreeTier"));
        UpstreamFailure day = read(429, null, quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"));
        UpstreamFailure both = read(429, null, quota("GenerateRequestsPerMinutePerProjectPerModel",
                "GenerateRequestsPerDayPerProjectPerModel-FreeTier"));
        UpstreamFailure plain = read(429, null, error(429, "Resource has been exhausted (e.g. check quota).",
                "RESOURCE_EXHAUSTED", ""));

        assertThat(Stream.of(minute, day, both, plain)).extracting(UpstreamFailure::kind).containsOnly(Kind.QUOTA);
        assertThat(Stream.of(minute, day, both, plain)).extracting(UpstreamFailure::isRetryable)
                .containsExactly(true, false, false, true);
        assertThat(minute.retryAfter()).as("what RetryInfo asks for").isEqualTo(Duration.ofSeconds(26));
        assertThat(plain.retryAfter()).isNull();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
            "26s, -, 26000", "1.5s, -, 1500", "0.000000001s, -, 0", "26, -, 26000", "-, 7, 7000", "-, ' 7 ', 7000",
            "26s, 7, 26000", "soon, 7, 7000", "'', 7, 7000", "-, -, -", "soon, -, -", "-5s, -, -", "-, -5, -",
            "1h, -, -", "9999999999s, -, -", "999999999s, -, 86400000", "0s, -, -", "0s, 7, 7000", "-, 0, -" })
    void theWaitIsReadFromRetryInfoFirstAndThenFromRetryAfter(String retryDelay, String retryAfter, Long millis) {
        String info = retryDelay == null ? "" : """
                {"@type":"type.googleapis.com/google.rpc.Help"},
                {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"%s"}""".formatted(retryDelay);

        Duration wait = read(503, retryAfter, error(503, "m", "UNAVAILABLE", info)).retryAfter();

        assertThat(wait == null ? null : wait.toMillis()).isEqualTo(millis);
    }

    static Stream<Arguments> withoutAnswer() {
        return Stream.of(
                arguments(new ConnectException("refused"), "No connection: ConnectException: refused"),
                arguments(new UnknownHostException("gemini.invalid"), "No connection: UnknownHostException: gemini.invalid"),
                arguments(new NoRouteToHostException("away"), "No answer: NoRouteToHostException: away"),
                arguments(new ConnectTimeoutException("late"), "No answer: ConnectTimeoutException: late"),
                arguments(new ConnectionRequestTimeoutException("pool"),
                        "No answer: ConnectionRequestTimeoutException: pool"),
                arguments(new SocketTimeoutException("Read timed out"), "No answer: SocketTimeoutException: Read timed out"),
                arguments(new SocketException("Connection reset"), "No answer: SocketException: Connection reset"),
                arguments(new NoHttpResponseException("gone"), "No answer: NoHttpResponseException: gone"));
    }

    @ParameterizedTest
    @MethodSource("withoutAnswer")
    void whereThereIsNoAnswerTheEndpointIsInTrouble(IOException thrown, String message) {
        UpstreamFailure failure = reader.read(thrown);

        assertThat(failure).hasMessage(message);
        assertThat(failure.kind()).isEqualTo(Kind.ENDPOINT);
        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure.status()).isZero();
    }

    @Test
    void aFaultOfOurOwnIsNotRepeated() {
        UpstreamFailure failure = reader.read(new IllegalStateException("broken"));

        assertThat(failure.kind()).isEqualTo(Kind.OTHER);
        assertThat(failure.isRetryable()).isFalse();
    }

    @Test
    void camelsWrappingIsSeenThrough() {
        UpstreamFailure known = new UpstreamFailure(Kind.QUOTA, 429, "m", true, null);

        assertThat(reader.read(new CamelExecutionException("wrapped", null, known))).isSameAs(known);
        assertThat(reader.read(new CamelExecutionException("wrapped", null, new ConnectException("refused"))).isRetryable())
                .isTrue();
        assertThat(reader.read(known)).isSameAs(known);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "s", "1.s", ".5s", "1,5s", "+1s", "1 s", "Wed, 21 Oct 2026 07:28:00 GMT" })
    void whatIsNoNumberOfSecondsIsNoWait(String text) {
        assertThat(FailureReader.seconds(text)).isEmpty();
    }

    private UpstreamFailure read(int status, String retryAfter, String body) {
        return reader.read(status, retryAfter, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String error(int status, String message, String code, String details) {
        return """
                {"error":{"code":%d,"message":"%s"%s%s}}""".formatted(status, message,
                code.isEmpty() ? "" : ",\"status\":\"" + code + "\"",
                details.isEmpty() ? "" : ",\"details\":[" + details + "]");
    }

    private static String quota(String... ids) {
        String violations = String.join(",", Stream.of(ids).map(id -> """
                {"quotaMetric":"generativelanguage.googleapis.com/generate_content_free_tier_requests","quotaId":"%s",
                 "quotaDimensions":{"location":"global","model":"gemini-2.5-flash"},"quotaValue":"50"}"""
                .formatted(id)).toList());
        return error(429, "You exceeded your current quota.", "RESOURCE_EXHAUSTED", """
                {"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[%s]},
                {"@type":"type.googleapis.com/google.rpc.Help","links":[{"description":"d","url":"u"}]},
                {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"26s"}""".formatted(violations));
    }
}
