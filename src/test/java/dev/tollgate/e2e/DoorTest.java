package dev.tollgate.e2e;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How requests that no route would like are answered: always in JSON and with a request id. Serves the routes that ship
 * and some of its own, one of which fails and has no error handling.
 */
class DoorTest extends GatewayTest {

    private static final byte[] EMPTY = {};

    private static final String ROUTES = """
            - route:
                id: test-broken
                from:
                  uri: platform-http:/test/broken
                  parameters:
                    httpMethodRestrict: GET
                  steps:
                    - throwException:
                        exceptionType: java.lang.IllegalStateException
                        message: "secret-of-the-house"
            - route:
                id: test-thing
                from:
                  uri: platform-http:/test/things/{id}
                  parameters:
                    httpMethodRestrict: GET,PUT
                  steps:
                    - setBody:
                        simple: '{"id":"${header.id}"}'
            - route:
                id: test-all
                from:
                  uri: platform-http:/test/all
                  parameters:
                    matchOnUriPrefix: true
                  steps:
                    - setBody:
                        simple: '{"path":"${header.CamelHttpPath}","body":"${body}"}'
            - route:
                id: test-first
                from:
                  uri: timer:test-first
                  parameters:
                    delay: 0
                    repeatCount: 1
                  steps:
                    - setVariable:
                        name: global:openAtFirst
                        simple: "${properties:local.server.port:none}"
            - route:
                id: test-first-seen
                from:
                  uri: platform-http:/test/first
                  steps:
                    - setBody:
                        simple: '{"open":"${variable.global:openAtFirst}"}'
            """;

    @DynamicPropertySource
    static void ownRoutes(DynamicPropertyRegistry registry) throws IOException {
        Path routes = Files.createTempDirectory("tollgate-routes");
        FileSystemUtils.copyRecursively(Path.of("routes"), routes);
        Files.writeString(routes.resolve("test.camel.yaml"), ROUTES);
        registry.add("tollgate.routes-dir", routes::toString);
        registry.add("tollgate.max-body-size", () -> "1KB");
    }

    /** In the sandbox the gateway is its own upstream, which a job that began sooner would find closed. */
    @Test
    void whatBeginsByItselfBeginsWhenTheDoorIsOpen() {
        await().until(() -> !gateway.get("/test/first").json().path("open").asText().isEmpty());

        assertThat(gateway.get("/test/first").json().path("open").asText()).isEqualTo(String.valueOf(port));
    }

    @ParameterizedTest
    @ValueSource(strings = { "/nothing", "/favicon.ico", "/extract/", "/extract/more", "//extract",
            "/token", "/TOKEN/status", "/token/status/", "/test/things", "/test/things/", "/test/things/a/", "/test/things/a/b",
            "/test/allx", "/error", "/actuator/env", "/actuator/sbom", "/actuator/sbom/application", "/sandbox/ledger/usage" })
    void whatNobodyServesIsNotFound(String path) {
        assertProblem(gateway.request("GET", path, "application/json", EMPTY), 404);
    }

    @Test
    void aBrowserTooIsAnsweredInJson() {
        assertProblem(gateway.send(HttpRequest.newBuilder(gateway.uri("/nothing"))
                .header("Accept", "text/html,application/xhtml+xml").GET()), 404);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/extract%2F", "/token%2Fstatus?companyID=X", "/test/things/a%2Fb", "/extract%5c", "/%00",
            "/token/../token/status?companyID=X", "/token/./status?companyID=X", "/token/%2e%2e/token/status?companyID=X",
            "/test/all/../all", "/test/all/%2E%2e/extract", "/test/all/..;/extract", "/test/all/..", "/actuator/../status",
            "/test/all/%2e" })
    void aPathThatPretendsToBeAnotherIsRefused(String path) {
        assertProblem(gateway.request("GET", path, "application/json", EMPTY), 400);
    }

    @ParameterizedTest
    @CsvSource({ "a%20b, a b", "a%252Fb, a%2Fb", "%C3%A9, é", "a+b, a+b", "a;x=y, a", "...;, ...", "%7B%7Bsys:user.name%7D%7D, {{sys:user.name}}",
            "$%7Bsys:user.name%7D, ${sys:user.name}" })
    void aPathVariableIsDecodedOnceAndNeverEvaluated(String segment, String id) {
        Answer answer = gateway.get("/test/things/" + segment);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("id").asText()).isEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource({ "GET, /extract, 'OPTIONS, POST'", "PUT, /extract, 'OPTIONS, POST'", "DELETE, /extract, 'OPTIONS, POST'",
            "POST, /token/status, 'GET, HEAD, OPTIONS'", "PATCH, /test/things/1, 'GET, HEAD, OPTIONS, PUT'",
            "BREW, /status, 'GET, HEAD, OPTIONS'" })
    void anotherMethodIsToldWhichOnesThereAre(String method, String path, String allow) {
        Answer answer = gateway.request(method, path, "application/json", EMPTY);

        assertProblem(answer, 405);
        assertThat(answer.header("Allow")).isEqualTo(allow);
    }

    @Test
    void optionsSaysWhatAPathServes() {
        Answer answer = gateway.request("OPTIONS", "/extract", "application/json", EMPTY);

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Allow")).isEqualTo("OPTIONS, POST");
        assertThat(answer.text()).isEmpty();
    }

    @Test
    void headIsGetWithoutTheBody() {
        Answer get = gateway.get("/token/status?companyID=HEAD");
        Answer head = gateway.request("HEAD", "/token/status?companyID=HEAD", "application/json", EMPTY);

        assertThat(head.status()).isEqualTo(get.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
        assertThat(head.text()).isEmpty();
        assertThat(gateway.request("HEAD", "/extract", "application/json", EMPTY).status()).isEqualTo(405);
    }

    @Test
    void aRouteThatFailsWithoutErrorHandlingTellsNothingOfTheInside() {
        Answer answer = gateway.get("/test/broken");

        assertProblem(answer, 500);
        assertThat(answer.message()).isEqualTo("Internal error");
        assertThat(answer.text()).doesNotContain("secret-of-the-house", "Exception", "at org.");
    }

    @Test
    void aBodyOfTheLargestSizePassesAndOneByteMoreDoesNot() {
        assertThat(gateway.request("POST", "/test/all", "application/json", body(1024)).json().path("body").asText())
                .hasSize(1024);
        Answer answer = gateway.request("POST", "/test/all", "application/json", body(1025));
        assertProblem(answer, 413);
        assertThat(answer.message()).isEqualTo("The request body is too large.");
    }

    @Test
    void aBodyOfUnknownLengthIsCountedAsItComes() {
        var publisher = HttpRequest.BodyPublishers.ofInputStream(
                () -> new ByteArrayInputStream(body(5000)));
        assertProblem(gateway.send(HttpRequest.newBuilder(gateway.uri("/test/all")).POST(publisher)), 413);
    }

    @Test
    void aBodyThatIsTooLargeForExtractIsAnsweredInItsWords() {
        Answer answer = gateway.request("POST", "/extract", "application/json", body(1025));

        assertProblem(answer, 413);
        assertThat(answer.message()).isEqualTo("Failed to process invoice");
        assertThat(gemini.hits()).isZero();
    }

    static Stream<String> brokenForms() {
        Map<String, Object> parts = new LinkedHashMap<>();
        parts.put("companyID", "X");
        parts.put("username", "ana");
        parts.put("file", Gateway.PDF);
        String whole = new String(Gateway.multipart(parts), StandardCharsets.ISO_8859_1);
        return Stream.of(whole.substring(0, whole.indexOf("%PDF") + 5), whole.substring(0, whole.length() - 20),
                "--tollgate-test\r\n", "--tollgate-test\r\n\r\nno name\r\n--tollgate-test--\r\n");
    }

    @ParameterizedTest
    @MethodSource("brokenForms")
    void aFormThatCannotBeReadIsRefused(String form) {
        Answer answer = gateway.request("POST", "/extract", "multipart/form-data; boundary=tollgate-test",
                form.getBytes(StandardCharsets.ISO_8859_1));

        assertProblem(answer, 400);
        assertThat(answer.message()).isEqualTo("The request body is not a readable multipart form.");
        assertThat(gemini.hits()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = { "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"" })
    void aFormWithoutItsBoundaryCannotBeRead(String contentType) {
        Answer answer = gateway.request("POST", "/extract", contentType,
                Gateway.multipart(Map.of("companyID", "X", "username", "ana", "file", Gateway.PDF)));

        assertProblem(answer, 400);
        assertThat(answer.message()).isEqualTo("The request body is not a readable multipart form.");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '|', value = { "multipart/form-data; boundary=b,||", "multipart/form-data; boundary=b,--b--",
            "application/x-www-form-urlencoded,companyID=X&username=ana", "application/json,{}", "text/plain,hello" })
    void aFormThatIsEmptyOrOfAnotherKindLacksItsFields(String contentType, String body) {
        Answer answer = gateway.request("POST", "/extract", contentType, body.getBytes(StandardCharsets.UTF_8));

        assertProblem(answer, 400);
        assertThat(answer.message()).isEqualTo("Please provide both companyID and username.");
    }

    private static byte[] body(int size) {
        return "x".repeat(size).getBytes(StandardCharsets.US_ASCII);
    }

    private static void assertProblem(Answer answer, int status) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.json().fieldNames()).toIterable().containsExactly("status", "message", "data", "requestId");
        assertThat(answer.json().path("status").asText()).isEqualTo("error");
        assertThat(answer.header("X-Request-Id")).isEqualTo(answer.json().path("requestId").asText())
                .satisfies(UUID::fromString);
    }
}
