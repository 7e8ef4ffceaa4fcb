package dev.tollgate.e2e;

import java.util.List;
import java.util.Map;

import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.ToDefinition;
import org.junit.jupiter.api.Test;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** What {@code /actuator/prometheus} says, after calls that really happened. */
class MetricsTest extends ObservedTest {

    @Test
    void aCallIsCountedByApiAndStatusAndSoIsWhatTheUpstreamAnswered() {
        company("COUNTED", "key-counted", "Active");
        gemini.script((call, number) -> number == 1 ? GeminiStub.Reply.status(503, "UNAVAILABLE") : GeminiStub.ok(100, 20));
        Scrape before = scrape();

        assertThat(gateway.extract("COUNTED").status()).isEqualTo(200);

        Scrape after = scrape();
        assertThat(gemini.hits()).isEqualTo(2);
        grew(before, after, "tollgate_requests_seconds_count{api=\"gemini\",status=\"200\"}", 1);
        grew(before, after, "tollgate_upstream_calls_seconds_count{api=\"gemini\",status=\"503\"}", 1);
        grew(before, after, "tollgate_upstream_calls_seconds_count{api=\"gemini\",status=\"200\"}", 1);
        grew(before, after, "tollgate_upstream_retries_calls_total{api=\"gemini\"}", 1);
        grew(before, after, "tollgate_gemini_consumed_tokens_total", 120);
        grew(before, after, "tollgate_gateway_latency_seconds_count{api=\"gemini\"}", 0);
    }

    @Test
    void theGatewaysOwnTimeAndTheUpstreamsAreTheWhole() {
        company("TIMED", "key-timed", "Active");
        Scrape before = scrape();

        for (int i = 0; i < 5; i++) {
            gateway.extract("TIMED");
        }

        Scrape after = scrape();
        double whole = growth(before, after, "tollgate_requests_seconds_sum{api=\"gemini\",status=\"200\"}");
        double upstream = growth(before, after, "tollgate_upstream_calls_seconds_sum{api=\"gemini\",status=\"200\"}");
        double own = growth(before, after, "tollgate_gateway_latency_seconds_sum{api=\"gemini\"}");
        assertThat(own).isPositive().isLessThan(whole);
        assertThat(own + upstream).isCloseTo(whole, within(whole / 10));
    }

    @Test
    void aRefusalIsCountedOnceByTheStepThatRefused() {
        company("EXPIRED", "key-expired", "Expired");
        keepa(-100);
        Scrape before = scrape();

        assertThat(gateway.extract("EXPIRED").status()).isEqualTo(403);
        assertThat(gateway.get("/keepa/product?key=any&domain=1&asin=B000000001").status()).isEqualTo(429);
        assertThat(gateway.send(restrictionsOf("NOBODY", "B000000001")).status()).isEqualTo(403);

        Scrape after = scrape();
        grew(before, after, "tollgate_denied_calls_total{api=\"gemini\",reason=\"extract-admit\"}", 1);
        grew(before, after, "tollgate_denied_calls_total{api=\"keepa\",reason=\"token-bucket:keepa\"}", 1);
        grew(before, after, "tollgate_denied_calls_total{api=\"sp-api\",reason=\"sp-api-admit\"}", 1);
        grew(before, after, "tollgate_requests_seconds_count{api=\"keepa\",status=\"429\"}", 1);
        assertThat(denied(after) - denied(before)).as("whatever other steps and routes they passed through").isEqualTo(3);
    }

    @Test
    void keepasBalanceAndWaitsAreThoseOfItsMeter() {
        keepa(500);
        Scrape before = scrape();

        assertThat(gateway.get("/keepa/product?key=any&domain=1&asin=B000000001").status()).isEqualTo(200);

        Scrape after = scrape();
        assertThat(after.value("tollgate_keepa_balance_tokens")).isEqualTo(balance.status().balance());
        assertThat(after.value("tollgate_keepa_reserved_tokens")).isZero();
        assertThat(after.value("tollgate_keepa_waiting_callers{class=\"interactive\"}")).isZero();
        grew(before, after, "tollgate_keepa_consumed_tokens_total", balance.status().consumed()
                - before.value("tollgate_keepa_consumed_tokens_total"));
        grew(before, after, "tollgate_keepa_wait_seconds_count{class=\"interactive\"}", 1);
    }

    @Test
    void theQuotaAndTheCacheOfXaiAreThere() {
        Scrape before = scrape();

        Answer asked = judge("A metric");
        Answer cached = judge("A metric");

        assertThat(asked.json().path("source").asText()).isEqualTo("api");
        assertThat(cached.json().path("source").asText()).isEqualTo("cache");
        Scrape after = scrape();
        grew(before, after, "tollgate_xai_quota_used_calls", 1);
        grew(before, after, "tollgate_xai_cache_lookups_total{result=\"hit\"}", 1);
        grew(before, after, "tollgate_xai_cache_lookups_total{result=\"miss\"}", 1);
        grew(before, after, "tollgate_upstream_calls_seconds_count{api=\"xai\",status=\"200\"}", 1);
    }

    @Test
    void anAccessTokensAgeIsThereWithoutItsSeller() {
        gateway.get("/sellers").json().forEach(other -> // of earlier tests, whose tokens ended when those moved the clock
                gateway.request("DELETE", "/admin/sellers/" + other.path("sellerId").asText(), "application/json", new byte[0]));
        browser().connect("A-METRIC-SELLER");
        Gateway.Answer answer = restrictions("A-METRIC-SELLER", "B000000001");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);

        Scrape scrape = scrape();

        assertThat(scrape.value("tollgate_sp_api_sellers{state=\"connected\"}")).isEqualTo(1);
        assertThat(scrape.value("tollgate_sp_api_token_left_seconds")).isPositive();
        assertThat(scrape.samples()).containsKey("tollgate_sp_api_token_age_seconds");
    }

    @Test
    void noTagIsACompanyASellerAKeyOrAPath() {
        company("VERY-SECRET-COMPANY", "very-secret-key-1", "Active");
        gateway.extract("VERY-SECRET-COMPANY");
        gateway.get("/keepa/product?key=very-secret-key-2&domain=1&asin=B00VERYASIN");
        gateway.send(restrictionsOf("VERY-SECRET-SELLER", "B00VERYASIN"));
        gateway.get("/a/very/secret/path");

        assertThat(gateway.get("/actuator/prometheus").text()).contains("tollgate_requests_seconds_count")
                .doesNotContainIgnoringCase("very-secret").doesNotContainIgnoringCase("veryasin")
                .doesNotContainIgnoringCase("very/secret");
    }

    /** A step is measured by the end of its id, so one with another id would be missed. */
    @Test
    void everyStepThatReachesAnUpstreamHasAnIdThatIsMeasured() {
        ModelCamelContext routes = (ModelCamelContext) served.get();
        List<String> reaching = routes.getRouteDefinitions().stream().filter(route -> !"sandbox".equals(route.getGroup()))
                .flatMap(route -> ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class).stream())
                .filter(step -> step.getUri().startsWith("{{url}}") // of the kit
                        || routes.resolvePropertyPlaceholders(step.getUri()).matches("https?:.*"))
                .map(ToDefinition::getId).toList();

        assertThat(reaching).contains("gemini-http").filteredOn(id -> id.endsWith("http-call-http")).as("Keepa and xAI").hasSize(3);
        assertThat(reaching).allMatch(id -> id.endsWith("-http"));
    }

    private static double denied(Scrape scrape) {
        return scrape.samples().entrySet().stream().filter(sample -> sample.getKey().startsWith("tollgate_denied_calls_total{"))
                .mapToDouble(Map.Entry::getValue).sum();
    }

    private static void grew(Scrape before, Scrape after, String sample, double by) {
        assertThat(growth(before, after, sample)).as(sample).isEqualTo(by);
    }

    private static double growth(Scrape before, Scrape after, String sample) {
        return after.value(sample) - before.value(sample);
    }
}
