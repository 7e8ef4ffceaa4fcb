package dev.tollgate.xai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.disk.Crowd;
import dev.tollgate.quota.DailyQuota;
import dev.tollgate.quota.HandClock;
import dev.tollgate.quota.OnCorruptState;
import dev.tollgate.quota.QuotaSettings;
import dev.tollgate.sandbox.XaiSimulator;
import dev.tollgate.sandbox.XaiSimulator.Fault;
import dev.tollgate.verdict.CacheSettings;
import dev.tollgate.verdict.Flights;
import dev.tollgate.verdict.VerdictCache;
import dev.tollgate.xai.Judgement.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The policy as a YAML route, with the simulator where the call would leave. */
@Timeout(120)
class JudgeRouteTest {

    @TempDir
    Path directory;
    HandClock clock = HandClock.at("2026-11-22T10:00:00Z");
    XaiSimulator xai = new XaiSimulator(clock);
    DefaultCamelContext camel;
    DailyQuota quota;
    VerdictCache cache;
    JudgePolicy policy;

    @BeforeEach
    void start() throws Exception {
        start(1000, Optional.of(Duration.ofDays(30)));
    }

    @Test
    void theFirstAnswerIsPaidForAndTheSecondIsNot() {
        assertThat(judge("Biology 101", "89.99")).isEqualTo(
                new JudgeAnswer(true, Source.API, null, 1, 1000, "2026-11-23T00:00:00Z"));
        assertThat(judge("Biology 101", "89.990")).isEqualTo(
                new JudgeAnswer(true, Source.CACHE, null, 1, 1000, "2026-11-23T00:00:00Z"));
        assertThat(xai.calls()).isEqualTo(1);
    }

    @Test
    void aFalseIsKeptLikeATrue() {
        assertThat(judge("Biology 101", "9999.99").verdict()).isFalse();
        assertThat(judge("Biology 101", "9999.99")).extracting(JudgeAnswer::verdict, JudgeAnswer::source)
                .containsExactly(false, Source.CACHE);
    }

    @Test
    void fiveHundredEqualQuestionsMakeOneCall() throws Exception {
        List<JudgeAnswer> answers = Crowd.of(500, n -> () -> judge("Biology 101", "89.99"));
        assertThat(xai.calls()).isEqualTo(1);
        assertThat(answers).filteredOn(answer -> answer.source() == Source.API).hasSize(1);
        assertThat(answers).filteredOn(answer -> answer.source() == Source.CACHE).hasSize(499);
        assertThat(quota.view().callsToday()).isEqualTo(1);
    }

    @Test
    void fiveThousandDistinctQuestionsMakeExactlyTheLimitOfCalls() throws Exception {
        List<JudgeAnswer> answers = Crowd.of(5_000, n -> () -> judge("Title " + n, "89.99"));
        assertThat(xai.calls()).isEqualTo(1000);
        assertThat(answers).filteredOn(answer -> answer.source() == Source.API).hasSize(1000);
        assertThat(answers).filteredOn(answer -> answer.source() == Source.FALLBACK).hasSize(4000)
                .allSatisfy(answer -> assertThat(answer.reason()).isEqualTo("the daily limit of 1000 calls is reached"));
        assertThat(policy.status().fallbacks()).isEqualTo(4000);
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
        "RATE_LIMIT, xAI answered 429 resource-exhausted",
        "OUT_OF_CREDIT, xAI answered 429 resource-exhausted",
        "PERMISSION_DENIED, xAI answered 403 permission-denied",
        "SERVER_ERROR, xAI answered 500 internal",
        "OPENAI_ERROR, xAI answered 503 overloaded",
    })
    void whateverGoesWrongTheCallerHasTheSafeVerdictAndNothingIsKept(Fault fault, String reason) {
        xai.fail(fault, 1);
        assertThat(judge("Biology 101", "9999.99")).isEqualTo(
                new JudgeAnswer(true, Source.FALLBACK, reason, 1, 1000, "2026-11-23T00:00:00Z"));
        assertThat(judge("Biology 101", "9999.99")).extracting(JudgeAnswer::verdict, JudgeAnswer::source, JudgeAnswer::callsToday)
                .containsExactly(false, Source.API, 2);
    }

    @Test
    void anOpenBreakerFallsBackAndGivesTheCallBack() {
        xai.fail(Fault.SERVER_ERROR, 10);
        for (int n = 0; n < 10; n++) {
            judge("Title " + n, "1");
        }
        assertThat(judge("Biology 101", "1")).extracting(JudgeAnswer::source, JudgeAnswer::callsToday)
                .containsExactly(Source.FALLBACK, 10);
        assertThat(xai.calls()).isEqualTo(10);
    }

    @Test
    void anExpiredAnswerIsServedWithItsAgeOnlyWhenTheQuotaIsSpent() throws Exception {
        judge("Biology 101", "9999.99");
        clock.advance(Duration.ofDays(31));
        assertThat(judge("Biology 101", "9999.99").source()).isEqualTo(Source.API);
        clock.advance(Duration.ofDays(31));
        stop();
        start(0, Optional.of(Duration.ofDays(30)));
        assertThat(judge("Biology 101", "9999.99")).extracting(JudgeAnswer::verdict, JudgeAnswer::source, JudgeAnswer::reason)
                .containsExactly(false, Source.CACHE,
                        "the answer is 2678400 seconds old and expired: the daily limit of 0 calls is reached");
        assertThat(judge("Chemistry", "1").source()).isEqualTo(Source.FALLBACK);
    }

    @Test
    void aPromptThatCannotBeUsedCostsNothing() throws Exception {
        Files.createDirectories(directory.resolve("routes/xai"));
        Files.writeString(directory.resolve("routes/xai/verdict-prompt.txt"), "---\n{{title}} {{price}} {{isbn}}");
        assertThat(judge("Biology 101", "1")).extracting(JudgeAnswer::source, JudgeAnswer::callsToday)
                .containsExactly(Source.FALLBACK, 0);
        Files.writeString(directory.resolve("routes/xai/verdict-prompt.txt"), "---\n{{title}} {{price}}");
        assertThat(judge("Biology 101", "1").source()).as("an edit takes effect at once").isEqualTo(Source.API);
    }

    @Test
    void anIllFormedQuestionIsA400ThatNamesTheField() {
        Exchange answer = camel.createProducerTemplate().request("direct:judge", exchange ->
                exchange.getMessage().setBody("{\"title\":\"x\",\"category\":\"y\",\"season\":\"z\",\"price\":\"89\"}"));
        assertThat(answer.getMessage().getHeader("CamelHttpResponseCode")).isEqualTo("400");
        assertThat(answer.getMessage().getBody(String.class)).startsWith("price is missing or not a number");
    }

    private JudgeAnswer judge(String title, String price) {
        try {
            return camel.createProducerTemplate().requestBody("direct:judge", "{\"title\":\"" + title
                    + "\",\"category\":\"Textbook\",\"season\":\"Fall\",\"price\":" + price + "}", JudgeAnswer.class);
        } catch (CamelExecutionException failed) {
            throw new AssertionError("the caller saw an exception", failed);
        }
    }

    private void start(int limit, Optional<Duration> timeToLive) throws Exception {
        XaiProperties properties = new Binder(new MapConfigurationPropertySource())
                .bindOrCreate("tollgate.xai", XaiProperties.class);
        quota = DailyQuota.open(new QuotaSettings(directory.resolve("xai_token_state.json"), limit, properties.zone(),
                OnCorruptState.RESET), clock);
        cache = VerdictCache.open(new CacheSettings(directory.resolve("xai_cache.json"), 100_000, timeToLive), clock);
        policy = new JudgePolicy(cache, quota, new PolicyFiles(directory.resolve("routes")), properties);
        camel = new DefaultCamelContext();
        camel.getRegistry().bind("xaiQuota", quota);
        camel.getRegistry().bind("judge", policy);
        camel.getRegistry().bind("judgeFlights", new FlightRepository(
                new Flights<>(properties.flightDeadline(), properties.flightTries()), policy));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:xai-call").routeId("xai-call").process(JudgeRouteTest.this::call);
            }
        });
        PluginHelper.getRoutesLoader(camel).loadRoutes(
                PluginHelper.getResourceLoader(camel).resolveResource("classpath:xai/judge.camel.yaml"));
        camel.start();
    }

    private void call(Exchange exchange) {
        XaiSimulator.Reply reply = xai.handle("POST", "/v1/chat/completions", "Bearer xai-key",
                exchange.getMessage().getBody(byte[].class));
        if (reply.status() >= 400) {
            throw new IllegalStateException(XaiError.read(reply.status(), reply.body().getBytes()).reason());
        }
        exchange.getMessage().setBody(reply.body());
    }

    @AfterEach
    void stop() throws Exception {
        camel.stop();
        quota.close();
        cache.close();
    }
}
