package dev.tollgate.e2e;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.e2e.ApiStub.Reply;
import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/** A failure of the steps inside a kamelet: the kamelet hears of it first, and then the route's own error handling answers. */
class KitErrorsTest extends OwnRoutesTest {

    private static final ApiStub api = new ApiStub();
    private static boolean served;

    /** The kamelets that go around steps, with what each needs. */
    private static final Map<String, String> KAMELETS = Map.of(
            "concurrency", "concurrency-action {name: %s, atOnce: 1}",
            "bucket", "token-bucket-action {name: %s, tokens: 100}",
            "quota", "daily-quota-action {name: %s, calls: 1}",
            "retry", "retry-action {name: %s, maxRetries: 1, initialDelay: 1ms, maxDelay: 5ms, failureRate: 0,"
                    + " exceptions: org.apache.camel.http.base.HttpOperationFailedException}",
            "cache", "cache-action {name: %s, keepFor: 1h}",
            "budget", "budget-action {name: %1$s, provider: weather, account: %1$s, estimate: 10}");

    private static final String THROWS = """
            - throwException: {exceptionType: java.lang.IllegalStateException, message: "broken inside"}
            """;
    private static final String UNREACHED = """
            - kamelet: {name: http-call-action, parameters: {url: "http://127.0.0.1:1"}}
            """;

    private static final String ANSWERS = """
            exception: [java.lang.Exception]
            handled: {constant: {expression: "true"}}
            steps:
              - setHeader: {name: CamelHttpResponseCode, expression: {constant: {expression: "418"}}}
              - setBody: {expression: {simple: {expression: "own answer to ${exception.class.simpleName}"}}}
            """;

    @BeforeEach
    void serveAll() throws IOException {
        api.reset((call, number) -> Reply.ok("{}"));
        if (served) {
            return;
        }
        for (String account : new String[] {"file", "left", "config", "inner", "none", "around", "inside", "unhandled", "continued"}) {
            database.sql("INSERT INTO TokenMaster (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit, Status)"
                    + " VALUES (?, 'ACME', 'none', 'Weather', 10, 'Active')").param(account + "-budget").update();
        }
        Map<String, String> files = new TreeMap<>();
        KAMELETS.keySet().forEach(kind -> {
            files.put("file-" + kind + ".camel.yaml", onException(ANSWERS) + route("file-" + kind, "", kamelet(kind, "file-" + kind, THROWS)));
            files.put("left-" + kind + ".camel.yaml", onException(ANSWERS) + route("left-" + kind, "", kamelet(kind, "left-" + kind, UNREACHED)));
            files.put("config-" + kind + ".camel.yaml",
                    route("config-" + kind, "routeConfigurationId: own-answers", kamelet(kind, "config-" + kind, THROWS)));
            files.put("direct-" + kind + ".camel.yaml", onException(ANSWERS) + route("direct-" + kind, "", "- to: {uri: direct:inner-" + kind + "}\n"));
            files.put("inner-" + kind + ".camel.yaml", inner("inner-" + kind, "errorHandler: {noErrorHandler: {}}",
                    kamelet(kind, "inner-" + kind, THROWS)));
            files.put("none-" + kind + ".camel.yaml", route("none-" + kind, "errorHandler: {noErrorHandler: {}}",
                    kamelet(kind, "none-" + kind, THROWS)));
            files.put("around-" + kind + ".camel.yaml", route("around-" + kind, "", caught(kamelet(kind, "around-" + kind, THROWS))));
            files.put("inside-" + kind + ".camel.yaml", onException(ANSWERS) + route("inside-" + kind, "",
                    kamelet(kind, "inside-" + kind, caught(THROWS))));
            files.put("unhandled-" + kind + ".camel.yaml", onException(ANSWERS.replace("\"true\"", "\"false\""))
                    + route("unhandled-" + kind, "", kamelet(kind, "unhandled-" + kind, THROWS)));
            files.put("continued-" + kind + ".camel.yaml", onException(ANSWERS.replace("handled", "continued"))
                    + route("continued-" + kind, "", kamelet(kind, "continued-" + kind, THROWS)
                    + "- setHeader: {name: X-After, expression: {constant: {expression: went on}}}\n"));
        });
        files.put("own-answers.camel.yaml", """
                - routeConfiguration:
                    id: own-answers
                    onException:
                      - onException:
                """ + ANSWERS.indent(12));
        String patient = onException(ANSWERS + "redeliveryPolicy: {maximumRedeliveries: 2, redeliveryDelay: \"1\"}\n");
        files.put("redelivered.camel.yaml", patient + route("redelivered", "", kamelet("quota", "redelivered", asks())));
        files.put("nested.camel.yaml", onException(ANSWERS) + route("nested", "", kamelet("concurrency", "nested-outer",
                kamelet("quota", "nested-inner", """
                        - choice:
                            when:
                              - expression: {simple: {expression: "${header.deep} == 'yes'"}}
                                steps:
                                  - throwException: {exceptionType: java.lang.IllegalStateException, message: broken}
                        """ + asks()))));
        files.put("split.camel.yaml", onException(ANSWERS) + route("split", "", kamelet("concurrency", "split", """
                - setBody: {expression: {constant: {expression: "a,b"}}}
                - split:
                    expression: {tokenize: {token: ","}}
                    steps:
                """ + asks().indent(6))));
        files.put("retried.camel.yaml", onException(ANSWERS) + route("retried", "", kamelet("retry", "retried", asks())));
        files.put("plain.camel.yaml", route("plain-quota", "errorHandler: {defaultErrorHandler: {}}", kamelet("quota", "plain-quota", asks())));
        files.put("dead.camel.yaml", route("dead-letter", "errorHandler: {deadLetterChannel: {deadLetterUri: \"direct:dead\"}}",
                kamelet("bucket", "dead-letter", THROWS)) + inner("dead", "errorHandler: {noErrorHandler: {}}", """
                        - setBody: {expression: {simple: {expression: "letter about ${exception.class.simpleName}"}}}
                        """));
        served = true;
        assertThat(save("extra", files)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"file,418", "config,418", "direct,418", "around,409", "inside,409", "none,500", "unhandled,500"})
    void theRoutesOwnErrorHandlingAnswers(String where, int status) {
        for (String kind : KAMELETS.keySet()) {
            Answer answer = gateway.get("/" + where + "-" + kind);

            assertThat(answer.status()).as(where + " " + kind).isEqualTo(status);
            assertThat(answer.text()).as(where + " " + kind).contains(switch (status) {
                case 418 -> "own answer to IllegalStateException";
                case 409 -> "caught IllegalStateException";
                default -> "\"requestId\"";
            });
        }
    }

    /** One configuration without an id is that of every route which names none; the kamelets of the kit are none of them. */
    @Test
    void aConfigurationForAllRoutesAnswersOnceTheKameletHasSettled() throws IOException {
        api.reset((call, number) -> new Reply(500, "{}", Map.of()));
        serve("for-all.camel.yaml", "- routeConfiguration:\n    onException:\n      - onException:\n" + ANSWERS.indent(12));
        try {
            assertThat(gateway.get("/plain-quota").text()).isEqualTo("own answer to HttpOperationFailedException");
            assertThat(gateway.get("/plain-quota").text()).isEqualTo("own answer to Refusal");
        }
        finally {
            serve("for-all.camel.yaml", "# No configuration any more.\n");
        }
        assertThat(gateway.get("/plain-quota").status()).as("the gateway answers").isEqualTo(429);
        assertThat(api.calls()).hasSize(1);
    }

    @Test
    void aDeadLetterChannelTakesWhatTheKameletPassesOn() {
        assertThat(gateway.get("/dead-letter").text()).isEqualTo("letter about IllegalStateException");
    }

    @ParameterizedTest
    @ValueSource(strings = {"concurrency", "bucket", "quota", "cache", "budget"})
    void whatWasSetAsideIsBackBeforeTheRouteAnswers(String kind) {
        for (int call = 1; call <= 3; call++) {
            Answer answer = gateway.get("/left-" + kind);

            assertThat(answer.status()).as(kind + ", call " + call).isEqualTo(418);
            assertThat(answer.text()).as(kind + ", call " + call).startsWith("own answer to ").doesNotContain("Refusal");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"concurrency", "bucket", "cache", "budget", "retry", "quota"})
    void aFailureThatIsContinuedGoesOnBehindTheKamelet(String kind) {
        Answer answer = gateway.get("/continued-" + kind);

        assertThat(answer.status()).isEqualTo(418);
        assertThat(answer.text()).isEqualTo("own answer to IllegalStateException");
        assertThat(answer.header("X-After")).isEqualTo("went on");
    }

    @Test
    void theKameletTriesAgainBeforeTheRouteAnswers() {
        api.reset((call, number) -> number == 1 ? new Reply(500, "{}", Map.of()) : Reply.ok("{\"n\":2}"));
        assertThat(gateway.get("/retried").text()).isEqualTo("{\"n\":2}");

        api.reset((call, number) -> new Reply(500, "{}", Map.of()));
        assertThat(gateway.get("/retried").text()).isEqualTo("own answer to HttpOperationFailedException");
        assertThat(api.calls()).hasSize(2);
    }

    /** Each attempt is a call, so each needs a permit: the second one has none. */
    @Test
    void aRedeliveryOfTheRouteGoesThroughTheKameletAgain() {
        api.reset((call, number) -> new Reply(500, "{}", Map.of()));

        Answer answer = gateway.get("/redelivered");

        assertThat(answer.text()).isEqualTo("own answer to Refusal");
        assertThat(api.calls()).hasSize(1);
    }

    @Test
    void stepsInsideOfStepsAndInnerKameletsFailToTheRoute() {
        Answer failed = gateway.get("/nested?deep=yes");

        assertThat(failed.status()).isEqualTo(418);
        assertThat(failed.text()).isEqualTo("own answer to IllegalStateException");
        assertThat(gateway.get("/nested").text()).as("the one call of the inner quota").startsWith("own answer to Refusal");
    }

    @Test
    void aSplitInsideAKameletRuns() {
        assertThat(gateway.get("/split").status()).isEqualTo(200);
        assertThat(api.calls()).hasSize(2);
    }

    private static String asks() {
        return "- to: {uri: \"" + api.url() + "/x\", parameters: {bridgeEndpoint: true, throwExceptionOnFailure: true}}\n";
    }

    private static String kamelet(String kind, String name, String inside) {
        String[] step = KAMELETS.get(kind).formatted(name).split(" ", 2);
        return """
                - kamelet:
                    name: %s
                    parameters: %s
                    steps:
                """.formatted(step[0], step[1]) + inside.indent(6);
    }

    private static String caught(String steps) {
        return """
                - doTry:
                    steps:
                """ + steps.indent(6) + """
                      doCatch:
                        - exception: [java.lang.IllegalStateException]
                          steps:
                            - setHeader: {name: CamelHttpResponseCode, expression: {constant: {expression: "409"}}}
                            - setBody: {expression: {constant: {expression: "caught IllegalStateException"}}}
                """.indent(-2);
    }

    private static String onException(String handling) {
        return "- onException:\n" + handling.indent(4);
    }

    private static String route(String name, String handling, String steps) {
        return from(name, handling, "platform-http:/" + name, steps);
    }

    private static String inner(String name, String handling, String steps) {
        return from(name, handling, "direct:" + name, steps);
    }

    private static String from(String name, String handling, String uri, String steps) {
        return """
                - route:
                    id: %s
                    description: A route of a test
                    group: extra
                    %s
                    from:
                      uri: %s
                      steps:
                """.formatted(name, handling, uri) + steps.indent(8);
    }
}
