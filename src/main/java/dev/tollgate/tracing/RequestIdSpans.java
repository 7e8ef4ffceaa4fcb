package dev.tollgate.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import org.slf4j.MDC;

import dev.tollgate.gateway.RequestIds;

/** Puts the id of the request on every span that begins while it is served, as it stands on its log lines. */
final class RequestIdSpans implements SpanProcessor {

    private static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("tollgate.request.id");

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        String id = MDC.get(RequestIds.MDC_KEY);
        if (id != null) {
            span.setAttribute(REQUEST_ID, id);
        }
    }

    @Override
    public boolean isStartRequired() {
        return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        // everything was said at the start
    }

    @Override
    public boolean isEndRequired() {
        return false;
    }
}
