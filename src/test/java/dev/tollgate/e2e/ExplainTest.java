package dev.tollgate.e2e;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** {@code GET /status/explain}: what it foretells is what then happens, and foretelling spends nothing. */
class ExplainTest extends ObservedTest {

    @Autowired
    @Qualifier("geminiBreaker")
    CircuitBreaker geminiBreaker;

    @Autowired
    @Qualifier("judgeBreaker")
    CircuitBreaker judgeBreaker;

    @AfterEach
    void breakersAreClosed() {
        geminiBreaker.reset();
        judgeBreaker.reset();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"Active | passes | gemini-http", "BelowThreshold | passes | gemini-http",
        "Expired | denied | extract-admit", "Disabled | denied | extract-admit", "Exceeded | denied | extract-admit"})
    void aCompanysCallIsForetoldWithTheVeryMessageThatItThenGets(String status, String outcome, String step) {
        company("TOLD-" + status, "key-told", status);

        JsonNode told = explain("api=gemini&companyID=TOLD-" + status);
        assertThat(gemini.hits()).isZero();
        Answer then = gateway.extract("TOLD-" + status);

        assertThat(told.path("outcome").asText()).isEqualTo(outcome);
        assertThat(told.at("/rule/step").asText()).isEqualTo(step);
        assertThat(told.path("status").asInt()).isEqualTo(then.status());
        if (outcome.equals("denied")) {
            assertThat(told.path("message").asText()).isEqualTo(then.message());
            assertThat(told.path("passesAt").isNull()).as("time alone does not help").isTrue();
        }
    }

    @Test
    void theRuleIsNamedByItsFileItsRouteAndItsStep() {
        JsonNode rule = explain("api=gemini&companyID=NOBODY").path("rule");

        assertThat(rule.path("file").asText()).isEqualTo("gemini/extract.camel.yaml");
        assertThat(rule.path("route").asText()).isEqualTo("extract");
        assertThat(rule.path("step").asText()).isEqualTo("extract-admit");
        assertThat(rule.path("description").asText()).startsWith("One Active row is enough");
    }

    @Test
    void anOpenBreakerIsTheReasonAndSaysUntilWhen() {
        company("BROKEN", "key-broken", "Active");
        geminiBreaker.transitionToOpenState();

        JsonNode told = explain("api=gemini&companyID=BROKEN");
        Answer then = gateway.extract("BROKEN");

        assertThat(told.at("/rule/step").asText()).isEqualTo("gemini-breaker");
        assertThat(told.path("status").asInt()).isEqualTo(then.status()).isEqualTo(503);
        assertThat(told.path("message").asText()).isEqualTo(then.message());
        assertThat(Instant.parse(told.path("passesAt").asText())).isAfter(clock.instant());
    }

    @Test
    void aCallThatKeepasBalanceCoversPassesAndOneThatItDoesNotWaitsOrIsDenied() {
        keepa(10);
        assertThat(explain("api=keepa").path("outcome").asText()).isEqualTo("passes");
        assertThat(explain("api=keepa&estimate=500").path("outcome").asText()).isEqualTo("denied");

        keepa(-100);
        JsonNode told = explain("api=keepa&path=product%3Fdomain%3D1%26asin%3DB000000001");
        int before = keepa.calls().size();
        Answer then = gateway.get("/keepa/product?key=any&domain=1&asin=B000000001");

        assertThat(told.path("outcome").asText()).isEqualTo("denied");
        assertThat(told.at("/rule/step").asText()).isEqualTo("keepa-to-call");
        assertThat(told.at("/rule/file").asText()).isEqualTo("keepa/policy.camel.yaml");
        assertThat(told.path("status").asInt()).isEqualTo(then.status()).isEqualTo(429);
        assertThat(told.at("/details/answer/tokensLeft").asInt()).isEqualTo(then.json().path("tokensLeft").asInt(-1));
        assertThat(Duration.ofMillis(told.at("/details/answer/refillIn").asLong() - then.json().path("refillIn").asLong()))
                .as("the same moment, told a little earlier").isBetween(Duration.ZERO, Duration.ofSeconds(20));
        assertThat(keepa.calls()).as("neither reached Keepa").hasSize(before);
        assertThat(balance.queue().waiting()).isZero();
    }

    @Test
    void askingTwentyTimesAboutKeepaSpendsAndReservesNothing() {
        keepa(10);

        IntStream.range(0, 20).forEach(i -> explain("api=keepa&estimate=10"));

        assertThat(balance.state().inFlight()).isEmpty();
        assertThat(balance.status().balance()).isGreaterThanOrEqualTo(10);
        assertThat(explain("api=keepa&estimate=10").path("outcome").asText()).isEqualTo("passes");
    }

    @Test
    void anEndpointThatKeepaDoesNotHaveIsDeniedWithTheEntrancesMessage() {
        JsonNode told = explain("api=keepa&path=nonsense");

        assertThat(told.at("/rule/step").asText()).isEqualTo("keepa-open");
        assertThat(told.path("message").asText())
                .isEqualTo(gateway.get("/keepa/nonsense?key=any").json().at("/error/message").asText());
    }

    @Test
    void aSpentDayFallsBackUntilMidnightAndAnOpenBreakerUntilItTriesAgain() {
        assertThat(explain("api=xai").path("outcome").asText()).isEqualTo("passes");
        assertThat(explain("api=xai").at("/details/callsToday").asInt()).as("asking counts nothing")
                .isEqualTo(explain("api=xai").at("/details/callsToday").asInt());

        judgeBreaker.transitionToOpenState();
        JsonNode broken = explain("api=xai");
        Answer then = judge("Asked while the breaker is open");

        assertThat(broken.path("outcome").asText()).isEqualTo("falls-back");
        assertThat(broken.at("/rule/step").asText()).isEqualTo("judge-breaker");
        assertThat(broken.path("message").asText()).isEqualTo(then.json().path("reason").asText());
        assertThat(broken.at("/details/verdict").asBoolean()).isEqualTo(then.json().path("verdict").asBoolean());
    }

    @Test
    void aSellersCallIsForetoldFromBeforeItsConnectionUntilItsPaceIsUsedUp() {
        JsonNode stranger = explain("api=sp-api&sellerId=TOLD-SELLER");
        assertThat(stranger.path("outcome").asText()).isEqualTo("denied");
        assertThat(stranger.path("message").asText())
                .isEqualTo(restrictions("TOLD-SELLER", "B000000001").json().at("/errors/0/details").asText());

        browser().connect("TOLD-SELLER");
        double tokenRequests = scrape().value("tollgate_sp_api_token_requests_total");
        for (int i = 0; i < 30; i++) {
            assertThat(explain("api=sp-api&sellerId=TOLD-SELLER&operation=getItemOffers").path("outcome").asText())
                    .isEqualTo("passes");
        }
        assertThat(scrape().value("tollgate_sp_api_token_requests_total")).as("none was asked for").isEqualTo(tokenRequests);

        // One call in two seconds is what Amazon grants; a machine that takes longer to ask is asked once more.
        await().pollDelay(Duration.ZERO).untilAsserted(() -> {
            gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api/products/pricing/v0/items/B000000001/offers"))
                    .header("X-Seller-Id", "TOLD-SELLER"));
            JsonNode paced = explain("api=sp-api&sellerId=TOLD-SELLER&operation=getItemOffers");
            assertThat(paced.path("outcome").asText()).isEqualTo("waits");
            assertThat(paced.at("/rule/step").asText()).isEqualTo("sp-api-wait");
            assertThat(Instant.parse(paced.path("passesAt").asText())).isAfter(clock.instant().minusSeconds(1));
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''                                   | Please provide api, one of gemini, keepa, sp-api, xai",
        "api=nonsense                         | Please provide api, one of gemini, keepa, sp-api, xai",
        "api=gemini                           | Please provide companyID",
        "api=gemini&companyID=+               | Please provide companyID",
        "api=sp-api                           | Please provide sellerId",
        "api=sp-api&sellerId=A&operation=fly  | operation must be one that Amazon names",
        "api=keepa&estimate=lots              | estimate must be a whole number",
        "api=keepa&estimate=-1                | estimate must be a whole number",
        "api=keepa&path=product&estimate=3    | Provide path or estimate, not both",
        "api=xai&companyID=ACME               | There is no parameter companyID for api=xai",
    })
    void aBadParameterIsNamedWithTheRemedy(String query, String message) {
        Answer answer = gateway.get("/status/explain?" + query);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.message()).startsWith(message);
    }

    private JsonNode explain(String query) {
        Answer answer = gateway.get("/status/explain?" + query);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }
}
