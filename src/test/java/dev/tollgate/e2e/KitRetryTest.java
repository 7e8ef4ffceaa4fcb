package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.e2e.ApiStub.Reply;
import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/** When {@code retry-action} asks again, told by how often the upstream was asked; and what a keyed quota counts. */
class KitRetryTest extends OwnRoutesTest {

    private static final ApiStub api = new ApiStub();
    private static boolean served;

    @BeforeEach
    void serveAll() throws IOException {
        api.reset((call, number) -> Reply.ok("{}"));
        if (!served) {
            Map<String, String> files = new TreeMap<>();
            String patient = "retry-action: {name: %s, maxRetries: 1, initialDelay: 1ms, maxDelay: 2s, failureRate: 100, window: 1000%s}";
            files.put("asked.camel.yaml", route("asked", patient.formatted("asked", "")));
            files.put("hurried.camel.yaml", route("hurried", patient.formatted("hurried", ", deadline: 300ms")));
            files.put("picky.camel.yaml", route("picky", patient.formatted("picky",
                    ", statuses: \"503+header:x-again,200+body:/error/code=BUSY\", methods: \"GET,POST\"")));
            String breaks = "retry-action: {name: shared-breaker, maxRetries: 0, failureRate: 100, window: 2}";
            files.put("breaks-one.camel.yaml", route("breaks-one", breaks));
            files.put("breaks-two.camel.yaml", route("breaks-two", breaks));
            files.put("gateless.camel.yaml", route("gateless", "retry-action: {name: gateless, maxRetries: 0, failureRate: 0, window: 1}"));
            files.put("free.camel.yaml", route("free", "daily-quota-action: {name: free, calls: 1, freeWhen: \"402,200+body:/billed=false\"}"));
            files.put("choosy.camel.yaml", route("choosy",
                    "cache-action: {name: choosy, keepFor: 1h, megabytes: 1MB, keepWhen: \"${header.X-Final} == 'yes'\"}"));
            files.put("counted-each.camel.yaml", route("counted-each",
                    "daily-quota-action: {name: counted-each, calls: 2, period: month, key: \"${header.X-Shop}\"}"));
            for (String circle : new String[] {"all", "company", "key"}) {
                files.put("kept-by-" + circle + ".camel.yaml", route("kept-by-" + circle,
                        "cache-action: {name: kept-by-%1$s, keepFor: 1h, storage: journal, sharedBy: %1$s}".formatted(circle)));
            }
            assertThat(save("extra", files)).isEmpty();
            served = true;
        }
    }

    /** 429 and what it says; a second call is the retry. A wait that is longer than maxDelay passes on. */
    @ParameterizedTest(name = "{0}: {1} is followed by {2} calls")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            Retry-After    | 0                             | 2
            Retry-After    | 1                             | 2
            Retry-After    | 0.01                          | 2
            Retry-After    | 3                             | 1
            Retry-After    | 7200                          | 1
            Retry-After    | 99999999999999999999          | 1
            Retry-After    | Sun, 06 Nov 1994 08:49:37 GMT | 2
            Retry-After    | Fri, 31 Dec 9999 23:59:59 GMT | 1
            Retry-After    | soon                          | 2
            Retry-After    | -5                            | 2
            Retry-After-Ms | 5                             | 2
            Retry-After-Ms | 5.5                           | 2
            Retry-After-Ms | 7200000                       | 1
            Retry-After-Ms | never                         | 2
            X-Nothing      | 7                             | 2
            """)
    void asksAgainWhenTheAnswerSaysSo(String header, String value, int calls) {
        api.reset((call, number) -> number == 1 ? new Reply(429, "{}", Map.of(header, value)) : Reply.ok("{}"));
        assertThat(gateway.get("/asked").status()).isEqualTo(calls == 1 ? 429 : 200);
        assertThat(api.calls()).hasSize(calls);
    }

    @Test
    void theFinerOfTwoWordsCounts() {
        String inAnHour = DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.now().plusSeconds(3600).atOffset(ZoneOffset.UTC));
        api.reset((call, number) -> number == 1 ? new Reply(429, "{}", Map.of("Retry-After", inAnHour, "Retry-After-Ms", "5")) : Reply.ok("{}"));
        assertThat(gateway.get("/asked").status()).isEqualTo(200);
    }

    /** Statuses, methods, and replies that say in their body that they are none. */
    @ParameterizedTest(name = "{0} {1} {2} answered {3}: {4} calls")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            /asked | GET   | 500 | {}                          | 2
            /asked | GET   | 503 | {}                          | 2
            /asked | PUT   | 502 | {}                          | 2
            /asked | POST  | 500 | {}                          | 1
            /asked | PATCH | 503 | {}                          | 1
            /asked | POST  | 429 | {}                          | 2
            /asked | GET   | 404 | {}                          | 1
            /asked | GET   | 501 | {}                          | 1
            /asked | GET   | 0   | {}                          | 2
            /asked | POST  | 0   | {}                          | 1
            /picky | POST  | 503 | {}                          | 1
            /picky | POST  | 200 | {"error":{"code":"BUSY"}}   | 2
            /picky | GET   | 200 | {"error":{"code":"GONE"}}   | 1
            /picky | PATCH | 200 | {"error":{"code":"BUSY"}}   | 1
            """)
    void asksAgainWhereThatDoesNoHarm(String path, String method, int status, String body, int calls) {
        api.reset((call, number) -> number == 1 ? new Reply(status, body, Map.of()) : Reply.ok("{}"));
        Answer answer = gateway.request(method, path, "application/json", "{}".getBytes());
        assertThat(answer.status()).isEqualTo(calls == 2 ? 200 : status == 0 ? 502 : status);
        assertThat(api.calls()).hasSize(calls);
    }

    @Test
    void noAttemptBeginsBehindTheDeadline() {
        api.reset((call, number) -> new Reply(503, "{}", Map.of("Retry-After", "1")));
        assertThat(gateway.get("/hurried").status()).isEqualTo(503);
        assertThat(api.calls()).hasSize(1);
        api.reset((call, number) -> number == 1 ? Reply.status(503) : Reply.ok("{}"));
        assertThat(gateway.get("/hurried").status()).as("there is time for a short wait").isEqualTo(200);
    }

    @Test
    void routesThatGiveTheSameNameHaveOneBreaker() {
        api.reset((call, number) -> Reply.status(500));
        gateway.get("/breaks-one");
        gateway.get("/breaks-two");
        assertThat(gateway.get("/breaks-one").status()).isEqualTo(503);
        assertThat(gateway.get("/breaks-two").header("Retry-After")).isEqualTo("30");
        assertThat(api.calls()).hasSize(2);
    }

    @Test
    void withoutABreakerAnUpstreamThatKeepsFailingIsAskedOnAndOn() {
        api.reset((call, number) -> Reply.status(500));
        for (int call = 0; call < 5; call++) {
            assertThat(gateway.get("/gateless").status()).isEqualTo(500);
        }
        assertThat(api.calls()).hasSize(5);
    }

    @Test
    void aReplyThatSaysThatItIsFreeGivesItsCountBack() {
        api.reset((call, number) -> number == 1 ? Reply.status(402) : number == 2 ? Reply.ok("{\"billed\":false}") : Reply.ok("{}"));
        assertThat(gateway.get("/free").status()).isEqualTo(402);
        assertThat(gateway.get("/free").text()).isEqualTo("{\"billed\":false}");
        assertThat(gateway.get("/free").status()).isEqualTo(200);
        assertThat(gateway.get("/free").status()).isEqualTo(429);
        assertThat(api.calls()).hasSize(3);
    }

    /** What is kept tells nothing of the moment at which it came. */
    @Test
    void onlyWhatIsWorthItIsKept() {
        api.reset((call, number) -> new Reply(200, "{\"n\":" + number + "}", Map.of("X-Final", number == 1 ? "no" : "yes", "X-Pages", "3",
                "X-RateLimit-Remaining", "7")));
        assertThat(gateway.get("/choosy").text()).isEqualTo("{\"n\":1}");
        Answer asked = gateway.get("/choosy");
        Answer kept = gateway.get("/choosy");
        assertThat(asked.header("X-RateLimit-Remaining")).isEqualTo("7");
        assertThat(kept.text()).isEqualTo(asked.text()).isEqualTo("{\"n\":2}");
        assertThat(kept.header("X-Tollgate-Cache")).isEqualTo("hit");
        assertThat(kept.header("X-Pages")).isEqualTo("3");
        assertThat(kept.header("X-RateLimit-Remaining")).isNull();
    }

    @Test
    void eachShopHasItsOwnMonth() {
        assertThat(shop("a")).isEqualTo(200);
        assertThat(shop("a")).isEqualTo(200);
        assertThat(shop("b")).isEqualTo(200);
        assertThat(shop("a")).isEqualTo(429);
        assertThat(api.calls()).hasSize(3);
        assertThat(gateway.get("/status").json().at("/kit/quotas/counted-each/keys").asInt()).isEqualTo(2);
        assertThat(gateway.get("/status").json().at("/kit/quotas/counted-each/resetsAt").asText()).contains("-01T00:00:00Z");
    }

    /** A key of one company asks twice, and one of another asks the same. */
    @ParameterizedTest
    @CsvSource({"all, 1", "company, 2", "key, 2"})
    void anAnswerIsSharedByThoseWhoMayHaveIt(String circle, int calls) {
        for (String key : new String[] {"company:ACME", "company:ACME", "company:OTHER"}) {
            assertThat(gateway.send(HttpRequest.newBuilder(gateway.uri("/kept-by-" + circle)).header("Authorization", "Bearer " + key).GET())
                    .status()).isEqualTo(200);
        }
        assertThat(api.calls()).hasSize(calls);
    }

    private int shop(String name) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri("/counted-each")).header("X-Shop", name).GET()).status();
    }

    private static String route(String name, String policy) {
        return OwnRoute.extra(name, policy, "http-call-action: {url: \"%s\"}".formatted(api.url()));
    }
}
