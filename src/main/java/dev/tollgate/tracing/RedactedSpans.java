package dev.tollgate.tracing;

import java.util.Collection;
import java.util.List;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;

import dev.tollgate.logging.Redactor;

/** Spans leave as log lines do: what looks like a secret, or is one, is blanked in every text. */
final class RedactedSpans implements SpanExporter {

    private final SpanExporter next;

    RedactedSpans(SpanExporter next) {
        this.next = next;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        return next.export(spans.stream().<SpanData>map(Redacted::new).toList());
    }

    @Override
    public CompletableResultCode flush() {
        return next.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return next.shutdown();
    }

    private static final class Redacted extends DelegatingSpanData {

        Redacted(SpanData span) {
            super(span);
        }

        @Override
        public Attributes getAttributes() {
            return redacted(super.getAttributes());
        }

        @Override
        public List<EventData> getEvents() {
            return super.getEvents().stream().map(event -> EventData.create(event.getEpochNanos(), event.getName(),
                    redacted(event.getAttributes()), event.getTotalAttributeCount())).toList();
        }

        @SuppressWarnings("unchecked") // a key of type STRING has texts
        private static Attributes redacted(Attributes attributes) {
            AttributesBuilder clean = attributes.toBuilder();
            attributes.forEach((key, value) -> {
                if (key.getType() == AttributeType.STRING) {
                    clean.put((AttributeKey<String>) key, Redactor.redact((String) value));
                }
            });
            return clean.build();
        }
    }
}
