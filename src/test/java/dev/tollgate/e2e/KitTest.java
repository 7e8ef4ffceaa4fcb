package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.disk.Crowd;
import dev.tollgate.e2e.ApiStub.Reply;
import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What each kamelet of the kit promises, in a route of its own, in front of an API that the gateway does not know. */
class KitTest extends OwnRoutesTest {

    private static final ApiStub api = new ApiStub();

    /** The policy around the call, by the route's name. All are served from the first test on: an edit takes a second. */
    private static final Map<String, String> POLICIES = new TreeMap<>(Map.of(
            "paced", "token-bucket-action: {name: paced, tokens: 10, remaining: header:x-remaining}",
            "weighed", "token-bucket-action: {name: weighed, tokens: 10, cost: \"${header.units}\", charged: body:/usage/units,"
                    + " remaining: body:/left, maxWait: 30s}",
            "refused", "token-bucket-action: {name: refused, tokens: 10, refill: steady, maxWait: 80s}",
            "counted", "daily-quota-action: {name: counted, calls: 2, zone: America/Los_Angeles}",
            "kept", "cache-action: {name: kept, keepFor: 1h}",
            "signed", "oauth-token-action: {name: signed, tokenUrl: " + api.url() + "/token, clientId: SIGNED_ID,"
                    + " clientSecret: SIGNED_SECRET, scope: forecast.read}",
            "renewed", "oauth-token-action: {name: renewed, tokenUrl: " + api.url() + "/token, clientId: SIGNED_ID,"
                    + " clientSecret: SIGNED_SECRET, grant: refresh_token, refreshToken: SIGNED_REFRESH, header: X-Token, scheme: \"\"}",
            "again", "retry-action: {name: again, maxRetries: 2, initialDelay: 1ms, maxDelay: 5ms, failureRate: 100, window: 4}",
            "lasting", "token-bucket-action: {name: lasting, tokens: 5, per: 24h, maxWait: 1s}",
            "unreached", "daily-quota-action: {name: unreached, calls: 1}"));

    /** A route that says itself where it calls, in letters that an address cannot have. */
    private static final String SPELLED = """
            - route:
                id: spelled
                from:
                  uri: platform-http:/spelled
                  steps:
                    - setHeader: {name: CamelHttpPath, constant: /größe 1}
                    - setHeader: {name: CamelHttpQuery, constant: "q=a b"}
                    - kamelet: {name: http-call-action, parameters: {url: "URL/base"}}
            """;

    /** A second call where the first one does not reach its upstream. */
    private static final String DETOUR = """
            - route:
                id: detour
                from:
                  uri: platform-http:/detour
                  parameters: {matchOnUriPrefix: true}
                  steps:
                    - doTry:
                        steps:
                          - kamelet: {name: http-call-action, parameters: {url: "http://127.0.0.1:1", secret: WEATHER_API_KEY, query: appid}}
                        doCatch:
                          - exception: [java.lang.Exception]
                            steps:
                              - kamelet: {name: http-call-action, parameters: {url: "URL/other"}}
            """;

    private static boolean served;

    @BeforeEach
    void serveAll() throws IOException {
        api.reset((call, number) -> Reply.ok("{}"));
        if (!served) {
            Map<String, String> files = new TreeMap<>();
            POLICIES.forEach((name, policy) -> files.put(name + ".camel.yaml", around(name, policy, "url: " + api.url())));
            files.put("unreached.camel.yaml", around("unreached", POLICIES.get("unreached"), "url: http://127.0.0.1:1"));
            files.put("called.camel.yaml", around("called", null, "url: " + api.url() + ", secret: WEATHER_API_KEY, forward: X-Shop"));
            files.put("asked.camel.yaml", around("asked", null, "url: " + api.url() + "/base/, secret: WEATHER_API_KEY, query: appid, forward: X-Geo-*"));
            for (String twin : new String[] {"one", "two"}) {
                files.put("twin-" + twin + ".camel.yaml", around("twin-" + twin, "daily-quota-action: {name: twins, calls: 100}",
                        "url: " + api.url() + "/" + twin));
            }
            files.put("spelled.camel.yaml", SPELLED.replace("URL", api.url()));
            files.put("detour.camel.yaml", DETOUR.replace("URL", api.url()));
            files.put("slow.camel.yaml", around("slow", null, "url: " + api.url() + ", answerTimeout: 100ms"));
            files.put("keyless.camel.yaml", around("keyless", null, "url: " + api.url() + ", secret: NOT_SET_ANYWHERE"));
            assertThat(save("extra", files)).isEmpty();
            served = true;
        }
    }

    @Test
    void manyCallersShareABucketAndTheUpstreamRefusesNobody() throws Exception {
        LimitedApi limited = new LimitedApi(clock);
        api.reset(limited);
        clock.speed(60);

        List<Answer> answers = Crowd.of(30, n -> () -> gateway.get("/paced/v1/today?city=Oslo"));

        assertThat(answers).extracting(Answer::status).containsOnly(200);
        assertThat(limited.refused()).isZero();
        assertThat(api.calls()).hasSize(30);
        assertThat(api.calls().get(0).path()).isEqualTo("/v1/today?city=Oslo");
        assertThat(kit("buckets", "paced").path("consumed").asInt()).isEqualTo(30);
    }

    @Test
    void aCallThatCostsMoreThanExpectedTakesTheBalanceBelowZeroAndTheNextOneIsDeniedWithTheTrueWait() {
        clock.speed(0);
        api.reset((call, number) -> Reply.ok("{\"usage\":{\"units\":15},\"left\":-5}"));

        Answer first = gateway.get("/weighed?units=4");
        Answer second = gateway.get("/weighed?units=4");
        Answer nonsense = gateway.get("/weighed?units=many");

        assertThat(first.text()).isEqualTo("{\"usage\":{\"units\":15},\"left\":-5}");
        assertThat(second.status()).isEqualTo(429);
        assertThat(second.header("Retry-After")).isEqualTo("60");
        assertThat(second.json().path("status").asText()).isEqualTo("error");
        assertThat(second.json().path("requestId").asText()).isEqualTo(second.header("X-Request-Id"));
        assertThat(nonsense.status()).isEqualTo(400);
        assertThat(api.calls()).hasSize(1);
        assertThat(kit("buckets", "weighed").path("balance").asInt()).isEqualTo(-5);
        assertThat(kit("buckets", "weighed").path("consumed").asInt()).isEqualTo(15);
    }

    @Test
    void anUpstreamThatRefusesIsLeftAloneForAsLongAsItSays() {
        clock.speed(0);
        api.reset((call, number) -> number == 1 ? new Reply(429, "{}", Map.of("Retry-After", "90")) : Reply.ok("{}"));

        assertThat(gateway.get("/refused").status()).as("the upstream's own word").isEqualTo(429);
        Answer denied = gateway.get("/refused");
        assertThat(denied.status()).isEqualTo(429);
        assertThat(Integer.parseInt(denied.header("Retry-After"))).isBetween(81, 90);
        assertThat(api.calls()).hasSize(1);
        assertThat(kit("buckets", "refused").path("upstream429").asInt()).isOne();

        clock.leap(Duration.ofSeconds(91));
        assertThat(gateway.get("/refused").status()).isEqualTo(200);
    }

    @Test
    void noMoreCallsLeaveInADayThanTheQuotaHas() throws Exception {
        List<Answer> answers = Crowd.of(5, n -> () -> gateway.get("/counted"));

        assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(200, 200, 429, 429, 429);
        assertThat(api.calls()).hasSize(2);
        Instant midnight = Instant.parse(kit("quotas", "counted").path("resetsAt").asText());
        long wait = Long.parseLong(gateway.get("/counted").header("Retry-After"));
        assertThat(wait).isBetween(1L, 25 * 3600L);
        clock.leap(Duration.ofSeconds(wait));
        assertThat(clock.instant()).isAfterOrEqualTo(midnight);
        assertThat(gateway.get("/counted").status()).isEqualTo(200);
    }

    @Test
    void aCallThatNeverLeftDoesNotCount() {
        assertThat(gateway.get("/unreached").status()).isEqualTo(502);
        assertThat(gateway.get("/unreached").status()).isEqualTo(502);
        assertThat(kit("quotas", "unreached").path("callsToday").asInt()).isZero();
    }

    @Test
    void routesThatShareAQuotaMakeEachItsOwnCall() {
        assertThat(gateway.get("/twin-one/x").status()).isEqualTo(200);
        assertThat(gateway.get("/twin-two/x").status()).isEqualTo(200);
        assertThat(gateway.get("/twin-one/y").status()).isEqualTo(200);
        assertThat(api.calls()).extracting(ApiStub.Call::path).containsExactly("/one/x", "/two/x", "/one/y");
        assertThat(kit("quotas", "twins").path("callsToday").asInt()).isEqualTo(3);
    }

    @Test
    void anEqualQuestionIsAskedOnceForAllAndOnlySuccessesAreKept() throws Exception {
        api.reset((call, number) -> {
            if (number == 2) {
                await().until(() -> KeyTest.arrivals.get() >= 8); // the others come while it is on its way
            }
            return number == 1 ? Reply.status(404) : Reply.ok("{\"n\":" + number + "}");
        });

        assertThat(gateway.get("/kept?q=1").status()).isEqualTo(404);
        KeyTest.arrivals.set(0);
        List<Answer> answers = Crowd.of(8, n -> () -> gateway.get("/kept?q=1"));
        assertThat(answers).extracting(Answer::text).containsOnly("{\"n\":2}");
        assertThat(answers).extracting(answer -> answer.header("X-Tollgate-Cache")).containsOnlyOnce("miss");
        assertThat(gateway.get("/kept?q=1").header("X-Tollgate-Cache")).isEqualTo("hit");
        assertThat(api.calls()).hasSize(2);

        assertThat(gateway.get("/kept?q=2").text()).isEqualTo("{\"n\":3}");
        assertThat(gateway.request("POST", "/kept?q=1", "text/plain", new byte[] {1}).text()).as("passes by").isEqualTo("{\"n\":4}");
        clock.leap(Duration.ofMinutes(61));
        assertThat(gateway.get("/kept?q=1").text()).as("grew old").isEqualTo("{\"n\":5}");
    }

    @Test
    void callersShareOneTokenAndOneThatIsNotTakenIsReplacedOnce() throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        api.reset((call, number) -> {
            if (call.path().equals("/token")) {
                await().until(() -> KeyTest.arrivals.get() >= 8); // so that the others wait
                return Reply.ok("{\"access_token\":\"token-%d\",\"expires_in\":3600}".formatted(tokens.incrementAndGet()));
            }
            boolean taken = !call.path().startsWith("/revoked") || !call.header("Authorization").equals("Bearer token-1");
            return taken && !call.path().equals("/never") ? Reply.ok("{\"saw\":\"" + call.body() + "\"}") : Reply.status(401);
        });

        KeyTest.arrivals.set(0);
        assertThat(Crowd.of(8, n -> () -> gateway.get("/signed/v1"))).extracting(Answer::status).containsOnly(200);
        assertThat(tokens).hasValue(1);
        assertThat(api.calls().get(0).body()).contains("grant_type=client_credentials", "client_id=the-id", "scope=forecast.read");
        assertThat(api.calls().get(1).header("Authorization")).isEqualTo("Bearer token-1");

        Answer again = gateway.request("POST", "/signed/revoked", "text/plain", "the body".getBytes());
        assertThat(again.text()).isEqualTo("{\"saw\":\"the body\"}");
        assertThat(tokens).hasValue(2);
        assertThat(gateway.get("/signed/never").status()).as("no token helps").isEqualTo(401);
        assertThat(tokens).as("a young token is doubted once").hasValue(2);

        clock.leap(Duration.ofHours(1));
        assertThat(gateway.get("/signed/v1").status()).isEqualTo(200);
        assertThat(tokens).as("the old one ended").hasValue(3);
        assertThat(gateway.get("/status").text()).doesNotContain("token-3", "the-secret");
    }

    @Test
    void aRefreshTokenServesAsWellAndTheTokenStandsWhereTheUpstreamWantsIt() {
        api.reset((call, number) -> call.path().equals("/token") ? Reply.ok("{\"access_token\":\"t\"}") : Reply.ok("{}"));

        assertThat(gateway.get("/renewed").status()).isEqualTo(200);

        assertThat(api.calls().get(0).body()).contains("grant_type=refresh_token", "refresh_token=the-refresh-token");
        assertThat(api.calls().get(1).header("X-Token")).isEqualTo("t");
    }

    @Test
    void anUpstreamThatIsTooSlowIsA504() {
        CountDownLatch answered = new CountDownLatch(1);
        api.reset((call, number) -> {
            answered.await();
            return Reply.ok("{}");
        });

        assertThat(gateway.get("/slow").status()).isEqualTo(504);
        answered.countDown();
    }

    @Test
    void aFailedCallIsMadeAgainWhereThatDoesNoHarmAndABreakerEndsIt() {
        api.reset((call, number) -> number == 3 ? Reply.ok("{\"saw\":\"" + call.body() + "\"}")
                : new Reply(number == 1 ? 429 : 503, "{}", Map.of("Retry-After", "0")));
        assertThat(gateway.request("PUT", "/again", "text/plain", "a body".getBytes()).text()).isEqualTo("{\"saw\":\"a body\"}");
        assertThat(api.calls()).hasSize(3).extracting(ApiStub.Call::body).containsOnly("a body");

        api.reset((call, number) -> Reply.status(500));
        assertThat(gateway.request("POST", "/again", "text/plain", "once".getBytes()).status()).isEqualTo(500);
        assertThat(api.calls()).as("it may have been served").hasSize(1);

        api.reset((call, number) -> new Reply(503, "{}", Map.of("Retry-After", "7200")));
        assertThat(gateway.get("/again").header("Retry-After")).as("longer than anybody waits here").isEqualTo("7200");
        assertThat(api.calls()).hasSize(1);

        api.reset((call, number) -> new Reply(0, "", Map.of()));
        assertThat(gateway.get("/again").status()).as("no answer at all").isEqualTo(502);
        assertThat(api.calls()).hasSize(3);
        gateway.get("/again"); // the fourth failure in a row
        api.reset((call, number) -> Reply.ok("{}"));
        Answer refused = gateway.get("/again");
        assertThat(refused.status()).as("the breaker is open").isEqualTo(503);
        assertThat(refused.header("Retry-After")).isEqualTo("30");
        assertThat(api.calls()).isEmpty();
    }

    @Test
    void theBalanceOutlivesAnEditOfItsNumbers() throws Exception {
        Crowd.of(3, n -> () -> gateway.get("/lasting"));
        assertThat(save("lasting.camel.yaml", around("lasting", POLICIES.get("lasting").replace("5", "50"), "url: " + api.url())))
                .isEmpty();

        assertThat(Crowd.of(3, n -> () -> gateway.get("/lasting"))).extracting(Answer::status).containsExactlyInAnyOrder(200, 200, 429);

        assertThat(kit("buckets", "lasting").path("consumed").asInt()).isEqualTo(5);
        assertThat(kit("buckets", "lasting").path("capacity").asInt()).isEqualTo(50);
        assertThat(api.calls()).hasSize(5);
    }

    @Test
    void nothingOfTheCallerLeavesButTheRequestAndTheKeyGoesOn() {
        api.reset((call, number) -> new Reply(200, "{}", Map.of("X-Pages", "3", "ETag", "\"1\"", "Set-Cookie", "session=of-the-upstream")));

        Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri("/called/a%20b?q=%C3%A5&X-Trick=1"))
                .header("X-Shop", "7").header("X-Other", "8").header("Cookie", "c=d").header("Accept", "text/x").GET());

        ApiStub.Call call = api.calls().get(0);
        assertThat(call.path()).isEqualTo("/a%20b?q=%C3%A5&X-Trick=1");
        assertThat(call.header("Authorization")).isEqualTo("Bearer the-real-weather-key");
        assertThat(call.header("X-Shop")).isEqualTo("7");
        assertThat(call.header("Accept")).isEqualTo("text/x");
        assertThat(call.headers()).doesNotContainKeys("X-other", "Cookie", "X-trick", "X-request-id");
        assertThat(answer.header("ETag")).isEqualTo("\"1\"");
        assertThat(answer.header("X-Pages")).isEqualTo("3");
        assertThat(answer.header("Set-Cookie")).isNull();

        Answer keyless = gateway.get("/keyless");
        assertThat(keyless.status()).isEqualTo(503);
        assertThat(keyless.message()).contains("NOT_SET_ANYWHERE");
        assertThat(api.calls()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"/asked; /base?appid=KEY", "/asked/a%20b?appid=mine&q=%c3%a5&=&q; /base/a%20b?appid=KEY&q=%c3%a5&=&q",
        "/asked/x?q=1&app%69d=mine&appid=too&; /base/x?q=1&appid=KEY&"})
    void aKeyMayStandInTheQueryAndEveryOtherByteStays(String sent, String arrives) {
        Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri(sent)).header("X-Geo-City", "Oslo").header("X-Shop", "7").GET());

        assertThat(answer.status()).isEqualTo(200);
        ApiStub.Call call = api.calls().get(0);
        assertThat(call.path()).isEqualTo(arrives.replace("KEY", "the-real-weather-key"));
        assertThat(call.header("X-Geo-City")).isEqualTo("Oslo");
        assertThat(call.headers()).doesNotContainKeys("X-shop", "Authorization", "Tollgatetarget");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"/called; /", "/called/; /", "/called/x/; /x/", "/called/x?a=1&&b=; /x?a=1&&b=", "/called/~x:y@z?a='(1)'; /~x:y@z?a='(1)'",
        "/called/x?CamelHttpPath=/y&CamelHttpMethod=PUT&TollgateTarget=/y&CamelHttpUri=http://127.0.0.1:1; "
                + "/x?CamelHttpPath=/y&CamelHttpMethod=PUT&TollgateTarget=/y&CamelHttpUri=http://127.0.0.1:1",
        "/called/x?X-Shop=9&Authorization=none; /x?X-Shop=9&Authorization=none", "/detour/a%2Cb?q=%C3%A5; /other/a%2Cb?q=%C3%A5",
        "/spelled; /base/gr%C3%B6%C3%9Fe%201?q=a%20b"})
    void pathAndQueryArriveAsTheyWereWritten(String sent, String arrives) {
        Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri(sent)).header("X-Shop", "7").GET());

        assertThat(answer.status()).isEqualTo(200);
        ApiStub.Call call = api.calls().get(0);
        assertThat(call.path()).isEqualTo(arrives);
        assertThat(call.header("Authorization")).isEqualTo(sent.startsWith("/called") ? "Bearer the-real-weather-key" : null);
        assertThat(call.headers()).doesNotContainKeys("Tollgatetarget", "Camelhttppath", "Appid");
    }

    private JsonNode kit(String kind, String name) {
        return gateway.get("/status").json().path("kit").path(kind).path(name);
    }

    /** A route file: a call, inside a policy if there is one. */
    private static String around(String name, String policy, String call) {
        String step = "http-call-action: {" + call + "}";
        return policy == null ? OwnRoute.extra(name, step) : OwnRoute.extra(name, policy, step);
    }
}
