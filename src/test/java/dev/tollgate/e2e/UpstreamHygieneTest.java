package dev.tollgate.e2e;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.e2e.GeminiStub.Reply;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** What an HTTP client does by itself must not happen: every call upstream is one that the policy has decided on. */
class UpstreamHygieneTest extends GatewayTest {

    /** What an integration engineer must never be able to do by accident, nor a caller on purpose. */
    private static final Map<String, Object> STEERING = Map.ofEntries(entry("CamelHttpResponseCode", "299"),
            entry("camelhttpresponsecode", "299"), entry("CamelHttpUri", "http://127.0.0.1:1/{{sys:user.home}}"),
            entry("CamelHttpPath", "/elsewhere"), entry("CamelHttpQuery", "key=stolen"), entry("CamelHttpMethod", "GET"),
            entry("CamelRestHttpUri", "{{sys:user.home}}"), entry("CamelRedeliveryMaxCounter", "99"),
            entry("CamelBeanMethodName", "close"), entry("Long-Running-Action", "http://127.0.0.1:1/lra"),
            entry("Exchange.HTTP_URI", "http://127.0.0.1:1/"), entry("org.apache.camel.x", "y"));

    @ParameterizedTest
    @ValueSource(ints = { 301, 302, 303, 307, 308 })
    void aRedirectIsNotFollowed(int status) {
        company("REDIRECT-" + status, "key-redirect", "Active");
        gemini.script((call, number) -> new Reply(status, "", null).with(Map.of("Location", gemini.url() + "/elsewhere")));

        assertThat(gateway.extract("REDIRECT-" + status)).extracting(Answer::status, Answer::message)
                .containsExactly(502, ExtractTest.FAILED);
        assertThat(gemini.hits()).isOne();
    }

    @Test
    void aCookieOfTheUpstreamNeverComesBackToIt() {
        company("COOKIE", "key", "Active");
        gemini.script((call, number) -> GeminiStub.ok(10, 5).with(Map.of("Set-Cookie", "spy=1; Path=/")));

        for (int i = 0; i < 3; i++) {
            Answer answer = gateway.extract("COOKIE");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Set-Cookie")).isNull();
        }
        assertThat(gemini.calls()).hasSize(3).allSatisfy(call -> assertThat(call.headers()).doesNotContain("spy", "Cookie"));
    }

    static Stream<Arguments> repeatedByHttpClients() {
        return Stream.of(arguments(429, null), arguments(429, "0"), arguments(503, null), arguments(503, "0"),
                arguments(503, "1"), arguments(0, null));
    }

    @ParameterizedTest
    @MethodSource
    void repeatedByHttpClients(int status, String retryAfter) {
        String company = "HIDDEN-" + status + "-" + retryAfter;
        company(company, "key", "Active");
        gemini.script((call, number) -> new Reply(status, GeminiStub.error(status, "BUSY", ""), retryAfter));

        assertThat(gateway.extract(company, company).status()).isEqualTo(502);
        assertThat(gemini.hits()).as("one call for each attempt").isEqualTo(4);
        await().untilAsserted(() -> assertThat(count("RetryAttempts", company)).isEqualTo(4));
    }

    @ParameterizedTest
    @ValueSource(ints = { 200, 400, 503 })
    void noHeaderOfTheUpstreamReachesTheCaller(int status) {
        company("HEADERS-" + status, "key", "Active");
        gemini.script((call, number) -> (status == 200 ? GeminiStub.ok(10, 5) : Reply.status(status, "X")).with(Map.of(
                "Set-Cookie", "spy=1", "Server", "scaffolding on HTTPServer2", "X-Secret", "s3cret", "Vary", "X-Origin",
                "X-Gemini-Service-Tier", "standard", "Cache-Control", "private", "Retry-After", "77", "ETag", "e")));

        Answer answer = gateway.extract("HEADERS-" + status);

        assertThat(answer.headers().keySet()).isSubsetOf("x-request-id", "content-type", "content-length", "date", "connection");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void ofTwoPartsOfOneNameTheFirstCounts() {
        company("FIRST", "key-first", "Active");
        company("SECOND", "key-second", "Active");
        String form = new String(Gateway.multipart(Map.of("companyID", "FIRST")), ISO_8859_1).replace("--tollgate-test--\r\n", "")
                + new String(Gateway.multipart(Map.of("companyID", "SECOND")), ISO_8859_1).replace("--tollgate-test--\r\n", "")
                + new String(Gateway.multipart(Map.of("file", Gateway.PDF)), ISO_8859_1).replace("--tollgate-test--\r\n", "")
                + new String(Gateway.multipart(Map.of("file", "GIF89a".getBytes(ISO_8859_1))), ISO_8859_1)
                        .replace("--tollgate-test--\r\n", "")
                + new String(Gateway.multipart(Map.of("username", "ana")), ISO_8859_1);

        Answer answer = gateway.request("POST", "/extract", "multipart/form-data; boundary=tollgate-test",
                form.getBytes(ISO_8859_1));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(gemini.calls()).extracting(GeminiStub.Call::key).containsExactly("key-first");
    }

    @Test
    void aFormFieldCannotSteerTheGateway() {
        company("STEER", "key", "Active");
        Map<String, Object> parts = form("STEER");
        parts.putAll(STEERING);

        assertServed(gateway.upload(parts, Map.of()));
    }

    @Test
    void aHeaderCannotSteerTheGateway() {
        company("STEER-HEADER", "key", "Active");
        Map<String, String> headers = new LinkedHashMap<>();
        STEERING.forEach((name, value) -> headers.put(name, value.toString()));

        assertServed(gateway.upload(form("STEER-HEADER"), headers));
    }

    @Test
    void aQueryCannotSteerTheGateway() {
        company("STEER-QUERY", "key", "Active");

        assertServed(gateway.request("POST", "/extract?CamelHttpUri=http%3A%2F%2F127.0.0.1%3A1%2F&CamelHttpResponseCode=299"
                + "&%43amelHttpPath=/elsewhere&CamelHttpQuery=key%3Dstolen&bridgeEndpoint=false",
                "multipart/form-data; boundary=tollgate-test", Gateway.multipart(form("STEER-QUERY"))));
    }

    @Test
    void aFormFieldDoesNotBecomeAHeaderOfTheAnswer() {
        Map<String, Object> parts = form("NOBODY-AT-ALL");
        parts.putAll(Map.of("Set-Cookie", "a=b", "Location", "http://evil.example/", "Retry-After", "1", "X-RateLimit-x", "1",
                "Content-Type", "text/html", "Content-Encoding", "gzip", "Cache-Control", "public"));

        Answer answer = gateway.upload(parts, Map.of());

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.headers().keySet()).isSubsetOf("x-request-id", "content-type", "content-length", "date", "connection");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void whatACallerSendsIsDataAndNeverEvaluated() {
        for (String company : new String[] { "${sys:user.home}", "{{tollgate.gemini.base-url}}", "' OR '1'='1", ":?companyID" }) {
            assertThat(gateway.upload(form(company), Map.of()).status()).as(company).isEqualTo(404);
        }
        assertThat(gemini.hits()).isZero();
    }

    @Test
    void numbersOfTheInvoiceReachTheCallerAsTheModelWroteThem() {
        company("NUMBERS", "key", "Active");
        gemini.script((call, number) -> new Reply(200, """
                {"candidates":[{"finishReason":"STOP","content":{"parts":[{"text":
                 "{\\"total\\":12.50,\\"tax\\":0.10,\\"name\\":\\"काठमाडौं €\\"}"}]}}]}""", null));

        assertThat(gateway.extract("NUMBERS").text()).contains("\"data\":{\"total\":12.50,\"tax\":0.10,\"name\":\"काठमाडौं €\"}");
    }

    @Test
    void aKeyThatTheUpstreamNamesReachesNoTable() {
        String key = "AIza" + "SyA-made-up-for-this-test-0123456789"; // in parts: whole, scanners take it for a real one
        company("NAMED", key, "Active");
        gemini.script((call, number) -> new Reply(403, GeminiStub.error(403, "Consumer 'api_key:" + key + "' is suspended", ""), null));

        assertThat(gateway.extract("NAMED", "named-1").text()).doesNotContain(key);
        await().untilAsserted(() -> assertThat(database.sql("SELECT ErrorMessage FROM RetryAttempts WHERE RequestID = 'named-1'")
                .query(String.class).list()).singleElement().asString().contains("suspended").doesNotContain(key));
        await().untilAsserted(() -> assertThat(database.sql("SELECT Message FROM ApplicationLogs WHERE RequestID = 'named-1'")
                .query(String.class).list()).hasSizeGreaterThanOrEqualTo(2).allSatisfy(
                        message -> assertThat(message).doesNotContain(key)));
    }

    private static Map<String, Object> form(String company) {
        return new LinkedHashMap<>(Map.of("companyID", company, "username", "ana", "file", Gateway.PDF));
    }

    private static void assertServed(Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(gemini.calls()).singleElement().satisfies(call -> {
            assertThat(call.path()).isEqualTo("/v1beta/models/gemini-2.5-flash:generateContent");
            assertThat(call.query()).isNull();
            assertThat(call.headers()).doesNotContainIgnoringCase("camel").doesNotContain("stolen", "/lra");
        });
    }
}
