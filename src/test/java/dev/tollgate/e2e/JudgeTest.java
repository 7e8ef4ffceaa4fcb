package dev.tollgate.e2e;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

import dev.tollgate.disk.Crowd;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.quota.DailyQuota;
import dev.tollgate.sandbox.XaiSimulator.Fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** {@code /judge} and {@code /learn} as callers see them, with the upstream's calls counted. */
class JudgeTest extends XaiGatewayTest {

    @Autowired
    DailyQuota quota;

    @Autowired
    CircuitBreaker judgeBreaker;

    @Autowired
    CircuitBreaker learnBreaker;

    @Test
    void theFirstAnswerIsPaidForAndTheSecondIsNot() {
        Answer first = judge("Biology 101", "89.99");

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.text()).isEqualTo("{\"verdict\":true,\"source\":\"api\",\"reason\":null,\"callsToday\":1,"
                + "\"dailyLimit\":1000,\"resetsAt\":\"" + quota.view().resetsAt() + "\"}");
        assertSource(judge("Biology 101", "89.990"), "cache", true);
        assertThat(xai.hits()).isOne();
        assertThat(xai.calls().get(0).path()).isEqualTo("/v1/chat/completions");
        assertThat(xai.calls().get(0).authorization()).isEqualTo("Bearer " + KEY);
    }

    @Test
    void aFalseIsKeptLikeATrue() {
        assertSource(judge("Biology 102", "9999.99"), "api", false);
        assertSource(judge("Biology 102", "9999.99"), "cache", false);
        assertThat(xai.hits()).isOne();
    }

    @Test
    void fiveHundredEqualQuestionsAtOnceMakeOneCall() throws Exception {
        CountDownLatch gate = xai.closeGate();
        long before = status().path("cacheMisses").asLong();
        Thread opens = new Thread(() -> {
            await().until(() -> status().path("cacheMisses").asLong() - before >= 500);
            gate.countDown();
        });
        opens.start();

        List<Answer> answers = Crowd.of(500, n -> () -> judge("Biology 103", "89.99"));

        opens.join();
        assertThat(xai.hits()).isOne();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(count(answers, "api")).isOne();
        assertThat(count(answers, "cache")).isEqualTo(499);
        assertThat(quota.view().callsToday()).isOne();
    }

    @Test
    void fiveThousandDistinctQuestionsMakeExactlyAThousandCalls() throws Exception {
        long fallbacks = status().path("fallbacks").asLong();

        List<Answer> answers = many(5_000, n -> judge("Distinct " + n, "89.99"));

        assertThat(answers).hasSize(5_000).allSatisfy(answer -> assertThat(answer.status()).as(answer.text()).isEqualTo(200));
        assertThat(xai.hits()).isEqualTo(1_000);
        assertThat(answers.stream().filter(answer -> answer.json().path("source").asText().equals("fallback"))
                .collect(Collectors.groupingBy(answer -> answer.json().path("reason").asText(), Collectors.counting())))
                .isEqualTo(Map.of("the daily limit of 1000 calls is reached", 4_000L));
        assertThat(count(answers, "api")).isEqualTo(1_000);
        assertThat(count(answers, "fallback")).isEqualTo(4_000);
        assertThat(status().path("callsToday").asInt()).isEqualTo(1_000);
        assertThat(status().path("fallbacks").asLong() - fallbacks).isEqualTo(4_000);
        assertThat(judge("One more", "1").json().path("reason").asText()).isEqualTo("the daily limit of 1000 calls is reached");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "TRUNCATED, the answer is truncated",
        "REFUSAL, the model refused to answer",
        "EMPTY, the answer is empty",
        "WRONG_SCHEMA, the answer does not follow the verdict schema",
        "TOOL_CALL, the answer ended with finish_reason tool_calls",
        "TWO_CHOICES, the answer has 2 choices instead of one",
        "GARBAGE, the answer is not JSON",
        "OUT_OF_CREDIT, xAI answered 429 resource-exhausted",
        "PERMISSION_DENIED, xAI answered 403 permission-denied",
        "SERVER_ERROR, xAI answered 500 internal",
        "OPENAI_ERROR, xAI answered 503 overloaded",
    })
    void whateverGoesWrongTheCallerHasTheSafeVerdictAndNothingIsKeptOrRepeated(Fault fault, String reason) {
        xai.simulator().fail(fault, 1);

        Answer answer = judge("Wrong " + fault, "9999.99");

        assertSource(answer, "fallback", true);
        assertThat(answer.json().path("reason").asText()).isEqualTo(reason);
        assertThat(xai.hits()).as("what may have been served is not sent again").isOne();
        assertSource(judge("Wrong " + fault, "9999.99"), "api", false);
        assertThat(quota.view().callsToday()).isEqualTo(fault == Fault.OUT_OF_CREDIT ? 1 : 2);
    }

    @Test
    void aCallRefusedAsOneTooManyIsRepeatedAndCountsOnceIfItIsServed() {
        xai.simulator().fail(Fault.RATE_LIMIT, 2);
        assertSource(judge("Busy", "9999.99"), "api", false);
        assertThat(xai.hits()).isEqualTo(3);
        assertThat(quota.view().callsToday()).isOne();

        xai.simulator().fail(Fault.RATE_LIMIT, 4);
        assertThat(judge("Busier", "1").json().path("reason").asText()).isEqualTo("xAI answered 429 resource-exhausted");
        assertThat(xai.hits()).as("one call and three retries").isEqualTo(7);
        assertThat(quota.view().callsToday()).as("what was refused was not billed").isOne();
    }

    @ParameterizedTest
    @CsvSource({"400, invalid-argument, 0", "402, payment-required, 0", "429, resource-exhausted, 0", "403, permission-denied, 1",
        "404, not-found, 1", "422, invalid-argument, 1", "500, internal, 1", "503, unavailable, 1"})
    void refusalsThatAreNotBilledGiveTheCountBack(int status, String code, int counted) {
        xai.answer(status, "application/json", ("{\"code\":\"" + code + "\",\"error\":\"x\"}").getBytes());

        Answer answer = judge("Not billed " + status, "1");

        assertThat(answer.json().path("reason").asText()).isEqualTo("xAI answered " + status + " " + code);
        assertThat(answer.json().path("callsToday").asInt()).isEqualTo(counted);
        assertThat(quota.view().callsToday()).isEqualTo(counted);
        assertThat(xai.hits()).isEqualTo(status == 429 ? 4 : 1);
        post("/xai/v1/chat/completions", "{}");
        assertThat(quota.view().callsToday()).as("the same at /xai/v1").isEqualTo(2 * counted);
    }

    /** In whatever form; longer than it is worth while to wait, the safe verdict comes at once. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"Retry-After; 3600", "retry-after; 31", "Retry-After; 31.5", "Retry-After; in ten minutes",
        "Retry-After-Ms; 45000", "retry-after-ms; 31000.5", "Retry-After; 86400000"})
    void whoIsToldToComeBackMuchLaterFallsBackAtOnce(String header, String said) {
        String value = said.equals("in ten minutes") ? DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(10)) : said;
        xai.answer(429, "application/json", "{\"code\":\"resource-exhausted\",\"error\":\"x\"}".getBytes(), header, value);
        assertSource(judge("Much later " + value, "1"), "fallback", true);
        assertThat(xai.hits()).isOne();
        assertThat(quota.view().callsToday()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"Retry-After; 1; 1000", "retry-after; 0.4; 400", "Retry-After-Ms; 350; 350", "Retry-After-Ms; 1; 0",
        "Retry-After; soon; 0", "Retry-After; -5; 0"})
    void theNextAttemptWaitsForAsLongAsXaiAsks(String header, String value, long millis) {
        xai.answer(http -> {
            boolean first = xai.hits() == 1;
            http.getResponseHeaders().set(header, value);
            byte[] body = (first ? "{\"code\":\"resource-exhausted\",\"error\":\"x\"}" : "{\"choices\":[{\"message\":"
                    + "{\"content\":\"{\\\"reasonable\\\":false}\"},\"finish_reason\":\"stop\"}]}").getBytes();
            http.sendResponseHeaders(first ? 429 : 200, body.length);
            http.getResponseBody().write(body);
        });
        long from = System.nanoTime();
        assertSource(judge("Asked to wait " + header + value, "1"), "api", false);
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThanOrEqualTo(Duration.ofMillis(millis));
        assertThat(xai.hits()).isEqualTo(2);
        assertThat(quota.view().callsToday()).isOne();
    }

    @Test
    void aCallThatNeverLeftIsRepeatedAndGivenBack() {
        xai.unreachable(() -> {
            Answer answer = judge("Nobody there", "1");
            assertSource(answer, "fallback", true);
            assertThat(answer.json().path("reason").asText()).isEqualTo("xAI cannot be reached");
        });
        assertThat(quota.view().callsToday()).isZero();
        assertSource(judge("Nobody there", "1"), "api", true);
        assertThat(quota.view().callsToday()).isOne();
    }

    @Test
    void theLastCallOfADayMayBeRepeatedUntilItIsServed() throws Exception {
        many(LIMIT - 1, n -> quota.take());
        xai.simulator().fail(Fault.RATE_LIMIT, 4);

        assertThat(judge("Last call", "1").json().path("reason").asText()).isEqualTo("xAI answered 429 resource-exhausted");
        assertThat(xai.hits()).as("the one call that is left is not spent").isEqualTo(4);
        assertSource(judge("Last call", "1"), "api", true);
        assertThat(judge("One more call", "1").json().path("reason").asText()).isEqualTo("the daily limit of 1000 calls is reached");
        assertThat(xai.hits()).isEqualTo(5);
    }

    @Test
    void anOpenBreakerFallsBackAndCountsNothing() {
        judgeBreaker.transitionToOpenState();
        try {
            Answer answer = judge("Broken", "1");
            assertSource(answer, "fallback", true);
            assertThat(answer.json().path("reason").asText()).isEqualTo("xAI has been failing and is not asked at the moment");
            assertThat(xai.hits()).isZero();
            assertThat(quota.view().callsToday()).isZero();
        }
        finally {
            judgeBreaker.reset();
        }
    }

    @Test
    void sustainedFailureOpensTheBreaker() throws Exception {
        judgeBreaker.reset();
        xai.simulator().fail(Fault.SERVER_ERROR, 100);
        many(100, n -> judge("Failing " + n, "1"));
        assertThat(judgeBreaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(status().path("breaker").asText()).isEqualTo("OPEN");
        judgeBreaker.reset();
    }

    @Test
    void anExpiredAnswerIsServedWithItsAgeWhenTheDayIsSpent() throws Exception {
        judge("Old", "9999.99");
        clock.advance(Duration.ofDays(31));
        many(LIMIT, n -> quota.take());

        Answer answer = judge("Old", "9999.99");

        assertSource(answer, "cache", false);
        assertThat(answer.json().path("reason").asText())
                .isEqualTo("the answer is 2678400 seconds old and expired: the daily limit of 1000 calls is reached");
        assertThat(xai.hits()).isOne();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "{\"title\":\"x\",\"category\":\"y\",\"season\":\"z\",\"price\":\"$89\"}; price is missing or not a number",
        "{\"title\":\"x\",\"season\":\"z\",\"price\":89}; category is missing",
        "{\"title\":; The body is not JSON",
        "''; The body is not a JSON object",
    })
    void anIllFormedQuestionIsA400ThatNamesTheField(String body, String message) {
        Answer answer = post("/judge", body, "X-Request-Id", "ill-formed");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).startsWith(message);
        assertThat(answer.json().path("requestId").asText()).isEqualTo("ill-formed");
        assertThat(xai.hits()).isZero();
    }

    @Test
    void usageAndCostAreOnRecord() {
        long costBefore = status().path("costTodayInUsdTicks").asLong();
        post("/judge", "{\"title\":\"Paid\",\"category\":\"c\",\"season\":\"s\",\"price\":1}", "X-Request-Id", "paid-judge");

        JsonNode usage = reply().path("usage");
        assertThat(database.sql("SELECT m.CompanyID, m.Provider, m.Status, l.Branch, l.InputTokens, l.OutputTokens,"
                + " l.TotalTokensUsed, l.CostInUsdTicks FROM TokenUsageLogs l JOIN TokenMaster m ON m.TokenID = l.TokenID"
                + " WHERE l.RequestID = 'paid-judge'").query().singleRow().values()).containsExactly("-", "xAI", "Internal",
                        "judge", usage.path("prompt_tokens").asLong(), usage.path("completion_tokens").asLong()
                                + usage.path("completion_tokens_details").path("reasoning_tokens").asLong(),
                        usage.path("total_tokens").asLong(), usage.path("cost_in_usd_ticks").asLong());
        assertThat(status().path("costTodayInUsdTicks").asLong() - costBefore)
                .isEqualTo(usage.path("cost_in_usd_ticks").asLong()).isPositive();
        assertThat(database.sql("SELECT COUNT(*) FROM TokenMaster WHERE Provider = 'xAI'").query(Long.class).single()).isOne();
        assertThat(gateway.get("/token/status?companyID=-").json().path("has_error").asBoolean())
                .as("the row serves no company").isTrue();
    }

    @Test
    void statusShowsThePolicy() {
        JsonNode before = status();
        judge("Shown", "1");
        judge("Shown", "1");
        JsonNode after = status();

        assertThat(after.path("callsToday").asInt()).isOne();
        assertThat(after.path("dailyLimit").asInt()).isEqualTo(LIMIT);
        assertThat(after.path("resetsAt").asText()).isEqualTo(quota.view().resetsAt().toString());
        assertThat(after.path("cacheEntries").asLong() - before.path("cacheEntries").asLong()).isOne();
        assertThat(after.path("cacheHits").asLong() - before.path("cacheHits").asLong()).isOne();
        assertThat(after.path("cacheMisses").asLong() - before.path("cacheMisses").asLong()).isOne();
    }

    @Test
    void learningIsPastQuotaAndCacheAndCountedApart() throws Exception {
        many(LIMIT, n -> quota.take());
        long learned = status().path("learnedToday").asLong();

        Answer first = post("/learn", "{\"text\":\"What is a textbook?\"}", "X-Request-Id", "learn-1");
        Answer second = post("/learn", "{\"text\":\"What is a textbook?\"}");

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.text()).isEqualTo("{\"answer\":\"This is the sandbox; you said: What is a textbook?\"}");
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(xai.hits()).isEqualTo(2);
        assertThat(status().path("learnedToday").asLong() - learned).isEqualTo(2);
        assertThat(quota.view().callsToday()).isEqualTo(LIMIT);
        assertThat(database.sql("SELECT Branch FROM TokenUsageLogs WHERE RequestID = 'learn-1'").query(String.class).single())
                .isEqualTo("learn");
    }

    @Test
    void learningSaysWhatIsWrong() {
        assertThat(post("/learn", "{\"txt\":1}")).extracting(Answer::status, Answer::message)
                .containsExactly(400, "text is missing or not a text: send {\"text\":\"…\"}.");
        assertThat(post("/learn", "{\"text\":\"" + "x".repeat(20_001) + "\"}")).extracting(Answer::status, Answer::message)
                .containsExactly(400, "text has 20001 characters: send at most 20000.");
        assertThat(xai.hits()).isZero();

        xai.simulator().fail(Fault.SERVER_ERROR, 1);
        assertThat(post("/learn", "{\"text\":\"x\"}")).extracting(Answer::status, Answer::message)
                .containsExactly(502, "xAI answered 500 internal");
        assertThat(xai.hits()).as("may be billed, so once").isOne();

        learnBreaker.transitionToOpenState();
        Answer open = post("/learn", "{\"text\":\"x\"}");
        learnBreaker.reset();
        assertThat(open.status()).isEqualTo(503);
        assertThat(open.header("Retry-After")).isEqualTo("30");
        assertThat(xai.hits()).isOne();
    }

    @Test
    void nothingOfTheCallerReachesXaiAndNothingOfXaisReachesTheCaller() {
        Answer answer = post("/judge", "{\"title\":\"Clean\",\"category\":\"c\",\"season\":\"s\",\"price\":1}",
                "Authorization", "Bearer caller-secret", "Cookie", "a=caller-cookie", "X-Custom", "caller-custom",
                "CamelHttpUri", "http://127.0.0.1:1/", "X-Tollgate-Cache", "caller-cache");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(xai.calls().get(0).headers()).doesNotContain("caller-");
        assertThat(answer.headers().toString() + answer.text()).doesNotContain(KEY, "caller-", "of=xai");
        assertThat(answer.headers().keySet()).containsOnly("x-request-id", "content-type", "content-length", "date");
        assertThat(database.sql("SELECT ApiKey FROM TokenMaster WHERE Provider = 'xAI'").query(String.class).single())
                .doesNotContain(KEY);
    }

    private JsonNode reply() {
        try {
            return new com.fasterxml.jackson.databind.ObjectMapper().readTree(xai.lastReply());
        }
        catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertSource(Answer answer, String source, boolean verdict) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("source").asText()).as(answer.text()).isEqualTo(source);
        assertThat(answer.json().path("verdict").booleanValue()).isEqualTo(verdict);
    }

    private static long count(List<Answer> answers, String source) {
        return answers.stream().filter(answer -> answer.json().path("source").asText().equals(source)).count();
    }

    /** So many pieces of work, 256 of them at a time. */
    private static <T> List<T> many(int count, IntFunction<T> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(256);
        try {
            AtomicInteger next = new AtomicInteger();
            List<Future<T>> running = IntStream.range(0, count)
                    .mapToObj(n -> threads.submit(() -> work.apply(next.getAndIncrement()))).toList();
            List<T> results = new java.util.ArrayList<>();
            for (Future<T> future : running) {
                results.add(future.get());
            }
            return results;
        }
        finally {
            threads.shutdownNow();
        }
    }
}
