package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.LogLines;
import dev.tollgate.e2e.ApiStub.Reply;
import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Files in the shapes that engineers, Kaoto and Camel's own examples write: saved as they are, and in force. */
class OrdinaryCamelTest extends OwnRoutesTest {

    private static final ApiStub api = new ApiStub();
    private static boolean saved;

    @BeforeEach
    void saveTheFiles() throws IOException {
        if (!saved) {
            Map<String, String> files = files();
            files.replaceAll((name, yaml) -> yaml.replace("API", api.url()));
            assertThat(save("extra", files)).isEmpty();
            Files.writeString(routes.resolve("extra/shop.json"), CONTRACT);
            saved = true;
        }
        api.reset((call, number) -> Reply.ok("{}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            map        | application/json         | {"a":1,"b":[2,3]}
            list       | application/json         | [1,2]
            rows       | application/json         | [{"N":1,"T":"x"},{"N":2,"T":"y"}]
            number     | text/plain;charset=UTF-8 | 42
            boolean    | text/plain;charset=UTF-8 | true
            text       | text/plain;charset=UTF-8 | good day
            json       | application/json         | {"written":"by hand"}
            """)
    void aBodyIsAnswered(String kind, String type, String text) {
        Answer answer = gateway.get("/body/" + kind);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo(type);
        assertThat(answer.text()).isEqualTo(text);
    }

    @Test
    void aBodyThatNobodyCouldReadIsAnErrorWithItsRequestId() {
        Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri("/body/context")).header("X-Request-Id", "unreadable").GET());

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.json().path("requestId").asText()).isEqualTo("unreadable");
        assertThat(answer.header("X-Request-Id")).isEqualTo("unreadable");
    }

    @Test
    void headersThatARouteSetsReachTheCallerButNoCredentials() {
        Answer answer = gateway.get("/headers");

        assertThat(answer.header("X-Own")).isEqualTo("mine");
        assertThat(answer.header("Link")).isEqualTo("</next>; rel=next");
        assertThat(answer.header("Content-Disposition")).isEqualTo("attachment; filename=a.csv");
        assertThat(answer.headers().keySet()).doesNotContain("authorization", "x-api-key", "camelsomething", "asked", "user-agent");
    }

    @ParameterizedTest
    @CsvSource({"/plain", "/bridged", "/kitted"})
    void headersOfAnUpstreamsReplyReachTheCallerButNoCredentialsAndNoneOfTheConnection(String path) {
        Map<String, String> said = new HashMap<>(Map.of("Link", "</2>; rel=next", "WWW-Authenticate", "Bearer", "ETag", "\"e\"",
                "Content-Disposition", "inline", "anthropic-ratelimit-requests-remaining", "7", "request-id", "theirs",
                "Set-Cookie", "spy=1", "Authorization", "Bearer spy", "Keep-Alive", "timeout=5", "X-Request-Id", "theirs"));
        api.reset((call, number) -> new Reply(200, "{}", said));

        Answer answer = gateway.get(path);

        for (String name : new String[] {"Link", "WWW-Authenticate", "ETag", "Content-Disposition", "anthropic-ratelimit-requests-remaining", "request-id"}) {
            assertThat(answer.header(name)).as(name).isEqualTo(said.get(name));
        }
        assertThat(answer.headers().keySet()).doesNotContain("set-cookie", "authorization", "keep-alive", "server");
        assertThat(answer.header("X-Request-Id")).isNotEqualTo("theirs");
    }

    @Test
    void headersOfAReplyThatTheCallAsksForPassToo() {
        api.reset((call, number) -> new Reply(201, "{}", Map.of("Location", "/orders/1", "Set-Cookie", "cart=1", "X-Auth-Token", "for-the-caller",
                "X-Api-Key", "spy", "Keep-Alive", "timeout=5")));

        Answer answer = gateway.get("/asking");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("Location")).isEqualTo("/orders/1");
        assertThat(answer.header("Set-Cookie")).isEqualTo("cart=1");
        assertThat(answer.header("X-Auth-Token")).isEqualTo("for-the-caller");
        assertThat(answer.headers().keySet()).doesNotContain("x-api-key", "keep-alive");
        assertThat(api.calls()).singleElement().satisfies(call -> assertThat(call.headers().keySet()).noneMatch(name -> name.startsWith("Tollgate")));
    }

    @Test
    void aNameThatWasDroppedIsLoggedOnce() {
        api.reset((call, number) -> new Reply(200, "{}", Map.of("Content-Location", "/elsewhere")));
        try (LogLines lines = new LogLines("dev.tollgate")) {
            for (int i = 0; i < 3; i++) {
                gateway.send(HttpRequest.newBuilder(gateway.uri("/kitted?page-size=3")).header("X-Shop-Once", "berlin").GET());
            }

            assertThat(api.calls()).hasSize(3).allSatisfy(call -> assertThat(call.header("X-Shop-Once")).isNull());
            assertThat(lines.containing("INFO", "x-shop-once")).singleElement().asString().contains("write it into forward");
            assertThat(lines.containing("INFO", "Content-Location")).hasSizeLessThanOrEqualTo(1).allMatch(line -> line.contains("write it into answerHeaders"));
            assertThat(lines.containing("INFO", "page-size")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection", "X-Request-Id", "content-length", "CamelHttpUri", "X Y", "Date"})
    void aHeaderThatCannotPassCannotBeAskedFor(String name) throws IOException {
        assertThat(save("asked.yaml", """
                - from:
                    uri: platform-http:/asked
                    steps:
                      - kamelet: {name: http-call-action, parameters: {url: "http://localhost:1", answerHeaders: "Location,%s"}}
                """.formatted(name))).singleElement().asString().contains("asked.yaml:", "The property answerHeaders cannot be");
        Files.delete(routes.resolve("extra/asked.yaml"));
        await().until(() -> rejected().isEmpty());
    }

    @Test
    void whatWentToAnUpstreamThatFailedDoesNotComeBack() {
        api.reset((call, number) -> new Reply(0, "", Map.of()));

        Answer answer = gateway.get("/failing");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("handled here");
        assertThat(answer.headers().keySet()).doesNotContain("x-their-pass").contains("x-mine");
    }

    @Test
    void aCallThatIsNotBridgedGoesWhereTheRouteSays() {
        gateway.get("/plain?CamelHttpUri=http://127.0.0.1:1/&x=1");

        assertThat(api.calls()).singleElement().satisfies(call -> assertThat(call.path()).isEqualTo("/fixed"));
    }

    @Test
    void whatTheRouteSetsItselfCompletesTheAddress() {
        gateway.get("/completed?x=1");

        assertThat(api.calls()).singleElement().satisfies(call -> assertThat(call.path()).isEqualTo("/fixed/more?y=2"));
    }

    @Test
    void methodsWithASpaceBetweenThemAreThoseAndNoOther() {
        assertThat(gateway.get("/plain").status()).isEqualTo(200);
        assertThat(gateway.request("PUT", "/plain", "text/plain", new byte[0]).status()).isEqualTo(405);
    }

    @Test
    void aVerbMayStandInAnotherFileAndShareItsRoute() {
        assertThat(gateway.get("/verbs/one").text()).isEqualTo("served");
        assertThat(gateway.get("/verbs/two").text()).isEqualTo("served");
        assertThat(gateway.get("/verbs/parts").text()).isEqualTo("parts");
    }

    @Test
    void bindingModeReadsAndWritesJson() {
        Answer answer = gateway.request("POST", "/bound", "application/json", "{\"name\":\"ana\"}".getBytes());

        assertThat(answer.text()).isEqualTo("{\"name\":\"ana\"}");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void aRoutesOwnHandlerWinsAlsoAroundTheKit() {
        assertThat(gateway.get("/limited").text()).isEqualTo("in");
        Answer refused = gateway.get("/limited");

        assertThat(refused.status()).isEqualTo(418);
        assertThat(refused.text()).isEqualTo("own words");
    }

    @Test
    void withoutAHandlerTheGatewayAnswers() {
        assertThat(gateway.get("/unhandled").status()).isEqualTo(500);
        assertThat(gateway.get("/unhandled").json().path("requestId").asText()).isNotEmpty();
    }

    @Test
    void anOwnKameletServes() {
        assertThat(gateway.get("/greeting").text()).isEqualTo("good day, ana");
    }

    @Test
    void aContractComesFirst() throws IOException {
        assertThat(save("contract.camel.yaml", """
                - rest:
                    id: shop
                    openApi:
                      specification: "file:%s"
                      missingOperation: ignore
                - route:
                    id: listItems
                    from:
                      uri: direct:listItems
                      steps:
                        - setBody:
                            constant: '["one"]'
                """.formatted(routes.resolve("extra/shop.json")))).isEmpty();

        assertThat(gateway.get("/shop/items").text()).isEqualTo("[\"one\"]");
    }

    private static Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("empty.yaml", "");
        files.put("later.yml", "# to be written\n");
        files.put("bodies.yml", """
                - from:
                    uri: platform-http:/body/map
                    steps:
                      - setBody: {constant: '{"a":1,"b":[2,3]}'}
                      - unmarshal: {json: {}}
                - from:
                    uri: platform-http:/body/list
                    steps:
                      - setBody: {constant: '[1,2]'}
                      - unmarshal: {json: {unmarshalType: java.util.List}}
                - from:
                    uri: platform-http:/body/rows
                    steps:
                      - setBody: {constant: "SELECT 1 AS N, 'x' AS T UNION SELECT 2, 'y' ORDER BY N"}
                      - to: jdbc:ledgerDatabase
                - from:
                    uri: platform-http:/body/number
                    steps:
                      - setBody: {simple: {expression: "42", resultType: java.lang.Integer}}
                - from:
                    uri: platform-http:/body/boolean
                    steps:
                      - setBody: {simple: {expression: "true", resultType: java.lang.Boolean}}
                - from:
                    uri: platform-http:/body/text
                    steps:
                      - setBody: {constant: good day}
                - from:
                    uri: platform-http:/body/json
                    steps:
                      - setBody: {constant: '{"written":"by hand"}'}
                - from:
                    uri: platform-http:/body/context
                    steps:
                      - setBody: {simple: "${exchange}"}
                """);
        files.put("headers.yaml", """
                ---
                - route:
                    id: ordinary-headers
                    from:
                      uri: platform-http
                      parameters:
                        path: /headers
                      steps:
                        - setHeaders:
                            headers:
                              - {name: X-Own, constant: mine}
                              - {name: Link, constant: "</next>; rel=next"}
                              - {name: Content-Disposition, constant: attachment; filename=a.csv}
                              - {name: Authorization, constant: Bearer spy}
                              - {name: X-Api-Key, constant: spy}
                              - {name: CamelSomething, constant: spy}
                        - setBody: {constant: 5}
                ---
                - route:
                    id: ordinary-failing
                    from:
                      uri: platform-http:/failing
                      steps:
                        - doTry:
                            steps:
                              - setHeader: {name: X-Their-Pass, constant: the-password}
                              - to: API/fixed?responseTimeout=2000
                            doCatch:
                              - exception: [java.lang.Exception]
                                steps:
                                  - setHeader: {name: X-Mine, constant: yes}
                                  - setBody: {constant: handled here}
                """);
        files.put("calls.yaml", """
                - route:
                    id: ordinary-plain
                    from:
                      uri: platform-http:/plain
                      parameters:
                        httpMethodRestrict: GET, POST
                      steps:
                        - to: {uri: API/fixed}
                - route:
                    id: ordinary-completed
                    from:
                      uri: platform-http:/completed
                      steps:
                        - setHeader: {name: CamelHttpPath, constant: /more}
                        - setHeader: {name: CamelHttpQuery, constant: y=2}
                        - to: {uri: API/fixed}
                - route:
                    id: ordinary-bridged
                    from:
                      uri: platform-http:/bridged
                      steps:
                        - to:
                            uri: API
                            parameters: {bridgeEndpoint: true, throwExceptionOnFailure: "false"}
                - route:
                    id: ordinary-kitted
                    from:
                      uri: platform-http:/kitted
                      steps:
                        - kamelet:
                            name: http-call-action
                            parameters: {url: API/kit}
                - route:
                    id: ordinary-asking
                    from:
                      uri: platform-http:/asking
                      steps:
                        - kamelet:
                            name: http-call-action
                            parameters: {url: API/kit, answerHeaders: "Location, Set-Cookie, X-Auth-Token"}
                """);
        files.put("verbs.camel.yaml", """
                - rest:
                    id: ordinary-verbs
                    path: /verbs
                    get:
                      - {path: /one, to: "direct:ordinary-served"}
                      - {path: /two, to: "direct:ordinary-served"}
                      - path: /parts
                        to: {uri: direct, parameters: {name: ordinary-parts}}
                - rest:
                    path: /bound
                    post:
                      - bindingMode: json
                        to: direct:ordinary-bound
                """);
        files.put("behind-verbs.camel.yaml", """
                - route:
                    from: {uri: "direct:ordinary-served", steps: [{setBody: {constant: served}}]}
                - route:
                    from: {uri: direct, parameters: {name: ordinary-parts}, steps: [{setBody: {constant: parts}}]}
                - route:
                    from: {uri: "direct:ordinary-bound", steps: [{log: "name ${body[name]} {{?no.such}} {{no.such.key:default}} {{env:HOME}}"}]}
                """);
        files.put("handlers.yaml", """
                - onException:
                    exception: [java.lang.Exception]
                    handled: {constant: true}
                    steps:
                      - setHeader: {name: CamelHttpResponseCode, constant: 418}
                      - setBody: {constant: own words}
                - route:
                    id: ordinary-limited
                    from:
                      uri: platform-http:/limited
                      steps:
                        - kamelet:
                            name: token-bucket-action
                            parameters: {name: ordinary, tokens: 1, per: 1h, maxWait: 1s}
                            steps:
                              - setBody: {constant: in}
                """);
        files.put("unhandled.yaml", """
                - route:
                    id: ordinary-unhandled
                    from:
                      uri: platform-http:/unhandled
                      steps:
                        - throwException: {exceptionType: java.lang.IllegalStateException, message: inside}
                """);
        files.put("greeting-action.kamelet.yaml", """
                apiVersion: camel.apache.org/v1
                kind: Kamelet
                metadata:
                  name: greeting-action
                  annotations: {camel.apache.org/provider: "Somebody"}
                  labels: {camel.apache.org/kamelet.type: action}
                spec:
                  definition:
                    title: Greets
                    required: [name]
                    properties:
                      name: {title: Name, type: string}
                  dependencies: ["camel:kamelet"]
                  template:
                    from:
                      uri: kamelet:source
                      steps:
                        - setBody: {constant: "good day, {{name}}"}
                """);
        files.put("greeting.yaml", """
                - from:
                    uri: platform-http:/greeting
                    steps:
                      - to:
                          uri: kamelet
                          parameters: {templateId: greeting-action, name: ana}
                """);
        return files;
    }

    private static final String CONTRACT = """
            {"openapi": "3.0.3", "info": {"title": "Shop", "version": "1"}, "servers": [{"url": "/shop"}],
             "paths": {"/items": {"get": {"operationId": "listItems", "responses": {"200": {"description": "Items"}}}}}}
            """;
}
