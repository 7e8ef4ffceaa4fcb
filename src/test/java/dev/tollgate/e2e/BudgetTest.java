package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.disk.Crowd;
import dev.tollgate.e2e.ApiStub.Reply;
import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What {@code budget-action} promises: an own API is charged to a company, or to an account of its own, once for each call. */
class BudgetTest extends OwnRoutesTest {

    private static final ApiStub api = new ApiStub();
    private static boolean served;

    @BeforeEach
    void serveAll() throws IOException {
        api.reset((call, number) -> Reply.ok("{}"));
        if (!served) {
            Map<String, String> files = new TreeMap<>();
            files.put("charged.camel.yaml", route("charged", "provider: Weather, estimate: 20, charged: \"body:/usage/total\","
                    + " input: \"body:/usage/in\", output: \"body:/usage/out\"", api.url()));
            files.put("parts.camel.yaml", route("in-parts", "provider: weather, estimate: 20, input: \"header:x-in\", output: \"header:x-out\"", api.url()));
            files.put("house.camel.yaml", route("house", "provider: weather, account: our-weather, estimate: 7", api.url()));
            files.put("picked.camel.yaml", route("picked", "provider: weather, account: \"${header.X-Client}\", estimate: 7", api.url()));
            files.put("unreached.camel.yaml", route("unreached-budget", "provider: weather, estimate: 20", "http://127.0.0.1:1"));
            files.put("unfit.camel.yaml", route("unfit", "provider: weather, estimate: 20, usage: \"#bean:dropInCosts\"", api.url()));
            assertThat(save("extra", files)).isEmpty();
            served = true;
        }
    }

    @AfterEach
    void theBooksAgree() {
        assertThat(gateway.get("/status/reconcile").json().path("drift").asLong(-1)).isZero();
    }

    @Test
    void aCallIsOneRowOfTheCompanyWithWhatTheReplySays() {
        long token = account("ACME-1", "Active", 1000);
        api.reset((call, number) -> Reply.ok("{\"usage\":{\"in\":10,\"out\":20.5,\"total\":33}}"));

        Answer answer = call("/charged", "ACME-1", "budget-row");

        assertThat(answer.status()).isEqualTo(200);
        Map<String, Object> row = database.sql("SELECT * FROM TokenUsageLogs WHERE RequestID = 'budget-row'").query().singleRow();
        assertThat(row).containsEntry("TokenID", (int) token).containsEntry("InputTokens", 10L).containsEntry("OutputTokens", 21L)
                .containsEntry("TotalTokensUsed", 33L).containsEntry("Branch", "charged");
        assertThat(used(token)).isEqualTo(33);
        assertThat(token(token).path("provider").asText()).isEqualTo("WEATHER");
    }

    /** Estimated as 20 of a limit of 1,000; a connection that is closed without an answer stands for every lost one. */
    @ParameterizedTest(name = "{0} {1} {2}: {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            200 | {"usage":{"total":3}}                    | told                                  | 3
            200 | {"usage":{"total":0}}                    | told to be free                       | 0
            200 | {"usage":{"total":2.1}}                  | rounded up                            | 3
            200 | {"usage":{"in":4,"out":5}}               | told in parts                         | 9
            200 | {}                                       | not told                              | 20
            200 | not json                                 | not told                              | 20
            200 | {"usage":{"total":"many"}}               | not told                              | 20
            200 | {"usage":{"total":-5}}                   | negative                              | 0
            200 | {"usage":{"total":99999999999999999999}} | cannot be true: a tenth of the limit  | 100
            200 | {"usage":{"total":2000}}                 | more than there is                    | 2000
            400 | {}                                       | an error                              | 0
            429 | {}                                       | a refusal                             | 0
            500 | {}                                       | an error                              | 0
            500 | {"usage":{"total":3}}                    | an error that is charged              | 3
            0   | -                                        | no answer, but it may have been served| 20
            """)
    void whatIsBookedIsWhatTheReplySays(int status, String body, String why, long booked) {
        String company = "ACME-" + UUID.randomUUID().toString().substring(0, 8);
        long token = account(company, "Active", 1000);
        api.reset((call, number) -> new Reply(status, body, Map.of()));

        assertThat(call("/charged", company, company).status()).isEqualTo(status == 0 ? 502 : status);

        assertThat(used(token)).as(why).isEqualTo(booked);
        assertThat(count("TokenUsageLogs", company)).isEqualTo(booked == 0 ? 0 : 1);
        assertThat(token(token).path("reserved").asLong()).isZero();
    }

    @Test
    void aCallThatCannotBeginHoldsNothing() {
        long token = account("ACME-U", "Active", 1000);

        assertThat(call("/unfit", "ACME-U", "budget-unfit").status()).as("what reads Gemini's replies knows no other").isEqualTo(500);

        assertThat(api.calls()).isEmpty();
        assertThat(token(token).path("reserved").asLong(-1)).isZero();
        assertThat(used(token)).isZero();
    }

    @Test
    void headersTellAsWell() {
        long token = account("ACME-H", "Active", 1000);
        api.reset((call, number) -> new Reply(200, "{}", Map.of("x-in", "4", "x-out", "5")));
        call("/in-parts", "ACME-H", "budget-header");
        assertThat(used(token)).isEqualTo(9);
    }

    @Test
    void aCallThatNeverLeftIsFree() {
        long token = account("ACME-2", "Active", 1000);
        assertThat(call("/unreached-budget", "ACME-2", "budget-unreached").status()).isEqualTo(502);
        assertThat(used(token)).isZero();
        assertThat(token(token).path("reserved").asLong()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"Active, 200", "BelowThreshold, 200", "Expired, 403", "Exceeded, 403", "Disabled, 403", "-, 404"})
    void whoMayNotPayIsToldWhyAndTheUpstreamIsNotAsked(String status, int answered) {
        String company = "STATE-" + status;
        if (!status.equals("-")) {
            account(company, status, 1000);
        }
        Answer answer = call("/charged", company, "budget-" + status);
        assertThat(answer.status()).isEqualTo(answered);
        assertThat(api.calls()).hasSize(answered == 200 ? 1 : 0);
        if (answered != 200) {
            assertThat(answer.message()).contains(company, "Weather");
            assertThat(answer.header("Retry-After")).isNull();
        }
    }

    @Test
    void anAccountThatIsSpentPaysNoMore() {
        account("ACME-3", "Active", 30);
        assertThat(List.of(call("/charged", "ACME-3", "s1").status(), call("/charged", "ACME-3", "s2").status(),
                call("/charged", "ACME-3", "s3").status())).containsExactly(200, 200, 403);
    }

    @Test
    void whatCallsUnderWayHoldIsWaitedForAndNotCalledSpent() throws Exception {
        account("ACME-4", "Active", 20);
        CountDownLatch answered = new CountDownLatch(1);
        api.reset((call, number) -> {
            answered.await();
            return Reply.ok("{\"usage\":{\"total\":1}}");
        });
        CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> call("/charged", "ACME-4", "h1"));
        await().until(() -> api.calls().size() == 1);

        Answer held = call("/charged", "ACME-4", "h2");

        assertThat(held.status()).isEqualTo(429);
        assertThat(held.header("Retry-After")).isEqualTo("5");
        answered.countDown();
        assertThat(first.get().status()).isEqualTo(200);
        assertThat(call("/charged", "ACME-4", "h3").status()).isEqualTo(200);
    }

    @Test
    void manyCallersTogetherAreEachBookedOnce() throws Exception {
        long token = account("ACME-5", "Active", 100_000);
        api.reset((call, number) -> Reply.ok("{\"usage\":{\"total\":" + number + "}}"));

        List<Answer> answers = Crowd.of(40, n -> () -> call("/charged", "ACME-5", "crowd-" + n));

        assertThat(answers).extracting(Answer::status).containsOnly(200);
        assertThat(used(token)).isEqualTo(40 * 41 / 2);
        assertThat(token(token).path("calls").asInt()).isEqualTo(40);
        assertThat(gateway.get("/status").json().at("/kit/budgets/charged/calls").asInt()).isGreaterThanOrEqualTo(40);
    }

    @Test
    void anAccountOfTheHousePaysForAllWhoeverCalls() {
        long token = account("our-weather", "Active", 1000);
        assertThat(gateway.get("/house/x").status()).isEqualTo(200);
        assertThat(call("/house", "SOMEBODY", "house-2").status()).isEqualTo(200);
        assertThat(used(token)).isEqualTo(14);
    }

    @Test
    void theRouteMayPickWhoPays() {
        long token = account("ACME-6", "Active", 1000);
        assertThat(gateway.send(HttpRequest.newBuilder(gateway.uri("/picked")).header("X-Client", "ACME-6").GET()).status()).isEqualTo(200);
        assertThat(used(token)).isEqualTo(7);
        assertThat(gateway.send(HttpRequest.newBuilder(gateway.uri("/picked")).header("X-Client", "ACME-6")
                .header("Authorization", "Bearer company:OTHER").GET()).status()).as("the key of another company").isEqualTo(403);
        Answer nobody = gateway.get("/picked");
        assertThat(nobody.status()).isEqualTo(400);
        assertThat(used(token)).isEqualTo(7);
    }

    @Test
    void theCompanyOfAKeyPaysAndNoOther() {
        long token = account("ACME-7", "Active", 1000);
        HttpRequest.Builder call = HttpRequest.newBuilder(gateway.uri("/charged")).header("Authorization", "Bearer company:ACME-7");
        assertThat(gateway.send(call.copy().GET()).status()).isEqualTo(200);
        assertThat(used(token)).isEqualTo(20);
        assertThat(gateway.send(call.copy().header("X-Company-Id", "ACME-5").GET()).status()).isEqualTo(403);
        assertThat(gateway.get("/charged").status()).as("nobody is named").isEqualTo(400);
        assertThat(api.calls()).hasSize(1);
    }

    private Answer call(String path, String company, String requestId) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri(path)).header("X-Company-Id", company).header("X-Request-Id", requestId).GET());
    }

    /** A row of another case, as an adopted database may have it. */
    private long account(String company, String status, long limit) {
        database.sql("INSERT INTO TokenMaster (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit, Status) VALUES (?, ?, 'none', 'WEATHER', ?, ?)")
                .params(company, company, limit, status).update();
        return database.sql("SELECT MAX(TokenID) FROM TokenMaster WHERE CompanyID = ?").param(company).query(Long.class).single();
    }

    private long used(long token) {
        return token(token).path("summary").asLong();
    }

    private JsonNode token(long id) {
        for (JsonNode token : gateway.get("/status/reconcile").json().path("tokens")) {
            if (token.path("tokenID").asLong() == id) {
                return token;
            }
        }
        throw new AssertionError("No token " + id);
    }

    private static String route(String name, String budget, String url) {
        return OwnRoute.extra(name, "budget-action: {name: %s, %s}".formatted(name, budget), "http-call-action: {url: \"%s\"}".formatted(url));
    }
}
