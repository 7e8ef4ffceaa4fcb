package dev.tollgate.e2e;

import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What a collector is told, where tracing is on. */
class TracingTest extends ObservedTest {

    private static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("tollgate.request.id");

    @Autowired
    InMemorySpanExporter exporter;

    @Autowired
    SdkTracerProvider tracing;

    @BeforeEach
    void forget() {
        spans();
        exporter.reset();
    }

    @Test
    void aRequestIsOneTraceWithASpanForEachStepAndTheIdThatIsOnItsRows() {
        company("TRACED", "key-traced", "Active");

        assertThat(gateway.extract("TRACED", "traced-1").status()).isEqualTo(200);

        List<SpanData> spans = of("traced-1");
        assertThat(spans.stream().map(SpanData::getTraceId).distinct()).hasSize(1);
        assertThat(spans.stream().filter(span -> !span.getParentSpanContext().isValid())).as("one begins it").hasSize(1);
        Map<String, Long> steps = spans.stream().collect(Collectors.groupingBy(SpanData::getName, Collectors.counting()));
        for (String step : List.of("extract-guard", "extract-token-rows", "extract-admit", "extract-enter",
                "extract-model", "gemini-breaker", "gemini-call-budget", "gemini-http", "extract-answer")) {
            assertThat(steps.entrySet().stream().filter(one -> one.getKey().startsWith(step + "-")
                    && !one.getKey().replaceFirst(step + "-", "").contains("-")).mapToLong(Map.Entry::getValue).sum())
                    .as("spans of step %s in %s", step, steps).isEqualTo(1);
        }
        assertThat(count("TokenUsageLogs", "traced-1")).isEqualTo(1);
    }

    @Test
    void eachAttemptOfARepeatedCallHasSpansOfItsOwnUnderTheSameTrace() {
        company("RETRIED", "key-retried", "Active");
        gemini.script((call, number) -> number == 1 ? GeminiStub.Reply.status(503, "UNAVAILABLE") : GeminiStub.ok(100, 20));

        assertThat(gateway.extract("RETRIED", "traced-2").status()).isEqualTo(200);

        List<SpanData> spans = of("traced-2");
        assertThat(spans.stream().filter(span -> span.getName().startsWith("gemini-http-"))).hasSize(2);
        assertThat(spans.stream().map(SpanData::getTraceId).distinct()).hasSize(1);
        await().until(() -> count("RetryAttempts", "traced-2") == 1);
    }

    @Test
    void aCallersTraceIsGoneOnWithAndNoUpstreamIsTold() {
        company("CONTINUED", "key-continued", "Active");
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";

        gateway.upload(Map.of("file", Gateway.PDF, "companyID", "CONTINUED", "username", "ana"),
                Map.of("X-Request-Id", "traced-3", "traceparent", "00-" + trace + "-00f067aa0ba902b7-01"));

        assertThat(of("traced-3").stream().map(SpanData::getTraceId).collect(Collectors.toSet())).isEqualTo(Set.of(trace));
        assertThat(gemini.calls().get(0).headers()).doesNotContainIgnoringCase("traceparent");
    }

    @Test
    void aSpanHoldsNoKey() {
        company("UNTOLD", "key-that-no-span-may-hold-1", "Active");
        gateway.extract("UNTOLD", "traced-4");
        gateway.send(HttpRequest.newBuilder(gateway.uri("/keepa/product?key=tg_that-no-span-may-hold-2&domain=1&asin=B000000001"))
                .header("X-Request-Id", "traced-5"));

        assertThat(of("traced-4")).isNotEmpty();
        assertThat(of("traced-5")).isNotEmpty();
        assertThat(spans().toString()).doesNotContain("no-span-may-hold")
                .doesNotContain("keepa-key-of-the-observed-gateway");
    }

    private List<SpanData> of(String requestId) {
        return spans().stream().filter(span -> requestId.equals(span.getAttributes().get(REQUEST_ID))).toList();
    }

    private List<SpanData> spans() {
        tracing.forceFlush().join(10, TimeUnit.SECONDS);
        return exporter.getFinishedSpanItems();
    }
}
