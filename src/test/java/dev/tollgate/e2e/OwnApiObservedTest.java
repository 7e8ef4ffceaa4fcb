package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.autoconfigure.actuate.observability.AutoConfigureObservability;

import dev.tollgate.e2e.ApiStub.Reply;
import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** An API of one route file is measured, shown and explained like the four that the gateway knows. */
@AutoConfigureObservability(tracing = false)
class OwnApiObservedTest extends OwnRoutesTest {

    private static final String PLAIN = """
            - route:
                id: plain
                group: plain-camel
                routeConfigurationId: kit-errors
                from:
                  uri: platform-http:/plain
                  steps:
                    - to:
                        uri: "%s/plain"
                        parameters: {bridgeEndpoint: true, throwExceptionOnFailure: false}
            """;

    private static final ApiStub api = new ApiStub();
    private static boolean served;

    @BeforeEach
    void serveTheFile() throws IOException {
        api.reset((call, number) -> Reply.ok("{}"));
        if (!served) {
            String call = "http-call-action: {url: \"%s\"}".formatted(api.url());
            serve("forecast.camel.yaml", OwnRoute.of("forecast", "daily-quota-action: {name: forecast, calls: 100}",
                    "token-bucket-action: {name: forecast, tokens: 5, maxWait: 2m, key: \"${header.X-Shop}\"}", call)
                    + OwnRoute.of("scarce", "daily-quota-action: {name: scarce, calls: 2}", call) + PLAIN.formatted(api.url()));
            served = true;
        }
    }

    @Test
    void upstreamWaitingAndOwnTimeAreApartAndTogetherTheWhole() {
        clock.speed(60);
        Scrape before = scrape();

        for (int call = 0; call < 8; call++) {
            assertThat(call("timed").status()).isEqualTo(200);
        }

        Scrape after = scrape();
        double whole = growth(before, after, "tollgate_requests_seconds_sum{api=\"forecast\",status=\"200\"}");
        double upstream = growth(before, after, "tollgate_upstream_calls_seconds_sum{api=\"forecast\",status=\"200\"}");
        double waiting = growth(before, after, "tollgate_waiting_seconds_sum{api=\"forecast\"}");
        double own = growth(before, after, "tollgate_gateway_latency_seconds_sum{api=\"forecast\"}");
        assertThat(waiting).as("three of the calls waited for a minute of the gateway's clock").isGreaterThan(upstream);
        assertThat(List.of(upstream, own)).allMatch(seconds -> seconds > 0);
        assertThat(upstream + waiting + own).isCloseTo(whole, within(whole / 10));
        assertThat(growth(before, after, "tollgate_upstream_calls_seconds_count{api=\"forecast\",status=\"200\"}")).isEqualTo(8);
        assertThat(after.value("tollgate_quota_used_calls{quota=\"forecast\"}")).isGreaterThanOrEqualTo(8);
        assertThat(after.value("tollgate_bucket_waiting_callers{bucket=\"forecast\"}")).isZero();
    }

    @Test
    void aRouteOfPlainCamelIsMeasuredByTheSameMeters() {
        Scrape before = scrape();

        assertThat(gateway.get("/plain").status()).isEqualTo(200);

        Scrape after = scrape();
        assertThat(growth(before, after, "tollgate_upstream_calls_seconds_count{api=\"plain-camel\",status=\"200\"}")).isEqualTo(1);
        assertThat(growth(before, after, "tollgate_requests_seconds_count{api=\"plain-camel\",status=\"200\"}")).isEqualTo(1);
    }

    @Test
    void eachCallerHasABucketOfItsOwnAndADenialIsForetoldExplainedAndCounted() {
        clock.speed(0);
        for (int call = 0; call < 5; call++) {
            assertThat(call("spender").status()).isEqualTo(200);
        }
        Scrape before = scrape();

        JsonNode waits = explain("caller=spender");
        JsonNode passes = explain("caller=thrifty");
        Answer thrifty = call("thrifty");

        assertThat(waits.path("outcome").asText()).isEqualTo("waits");
        assertThat(Instant.parse(waits.path("passesAt").asText())).isAfter(clock.instant());
        assertThat(waits.at("/rule/file").asText()).isEqualTo("extra/forecast.camel.yaml");
        assertThat(waits.at("/rule/route").asText()).isEqualTo("forecast");
        assertThat(passes.path("outcome").asText()).isEqualTo("passes");
        assertThat(thrifty.status()).isEqualTo(200);
        assertThat(growth(before, scrape(), "tollgate_upstream_calls_seconds_count{api=\"forecast\",status=\"200\"}")).isEqualTo(1);
    }

    @Test
    void aSpentDayIsExplainedByTheVeryMessageOfItsDenialAndStandsInTheStatus() {
        Scrape before = scrape();
        gateway.get("/scarce");
        gateway.get("/scarce");
        Answer last = gateway.get("/scarce");

        JsonNode told = gateway.get("/status/explain?api=scarce").json();

        assertThat(last.status()).isEqualTo(429);
        assertThat(told.path("outcome").asText()).isEqualTo("denied");
        assertThat(told.path("message").asText()).isEqualTo(last.message());
        assertThat(growth(before, scrape(), "tollgate_denied_calls_total{api=\"scarce\",reason=\"daily-quota:scarce\"}")).isEqualTo(1);
        JsonNode shown = gateway.get("/status").json().at("/apis/scarce");
        assertThat(shown.path("requests").asLong()).isEqualTo(3);
        assertThat(shown.at("/denied/daily-quota:scarce").asLong()).isEqualTo(1);
    }

    @Test
    void anApiThatNoFileBringsIsRefusedWithTheNamesOfThoseThatDo() {
        Answer answer = gateway.get("/status/explain?api=nothing");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("forecast", "keepa", "gemini", "sp-api", "xai");
    }

    private Answer call(String shop) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri("/forecast/today")).header("X-Shop", shop));
    }

    private JsonNode explain(String question) {
        return gateway.get("/status/explain?api=forecast&" + question).json();
    }

    private Scrape scrape() {
        return Scrape.of(gateway.get("/actuator/prometheus").text());
    }

    private static double growth(Scrape before, Scrape after, String sample) {
        return after.samples().getOrDefault(sample, 0.0) - before.samples().getOrDefault(sample, 0.0);
    }
}
