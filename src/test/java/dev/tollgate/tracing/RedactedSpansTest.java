package dev.tollgate.tracing;

import java.util.List;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.Test;

import dev.tollgate.logging.Redactor;

import static org.assertj.core.api.Assertions.assertThat;

/** What a collector is not told. */
class RedactedSpansTest {

    private static final String SECRET = "a-secret-of-this-test-0123456789";

    private final InMemorySpanExporter exported = InMemorySpanExporter.create();

    @Test
    void aSecretIsBlankedInEveryTextOfASpanAndOfItsEvents() {
        Redactor.register(SECRET);

        SpanData span = spanWith("the key is " + SECRET);

        assertThat(span.toString()).doesNotContain(SECRET);
        assertThat(span.getAttributes().get(AttributeKey.stringKey("text"))).isEqualTo("the key is " + Redactor.CUT);
        assertThat(span.getEvents().get(0).getAttributes().get(AttributeKey.stringKey("message")))
                .isEqualTo("the key is " + Redactor.CUT);
    }

    @Test
    void whatIsNoSecretAndNoTextStaysAsItIs() {
        SpanData span = spanWith("nothing to hide");

        assertThat(span.getAttributes().get(AttributeKey.stringKey("text"))).isEqualTo("nothing to hide");
        assertThat(span.getAttributes().get(AttributeKey.longKey("status"))).isEqualTo(200);
    }

    private SpanData spanWith(String text) {
        try (SdkTracerProvider provider = SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(new RedactedSpans(exported))).build()) {
            var span = provider.get("test").spanBuilder("step").startSpan();
            span.setAttribute("text", text).setAttribute("status", 200);
            span.addEvent("failed", Attributes.of(AttributeKey.stringKey("message"), text));
            span.end();
            List<SpanData> spans = exported.getFinishedSpanItems();
            return spans.get(0);
        }
    }
}
