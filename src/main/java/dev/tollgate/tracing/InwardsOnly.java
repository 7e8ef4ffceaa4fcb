package dev.tollgate.tracing;

import java.util.Collection;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;

/** Reads the trace that a caller is in, and writes none into a message. */
record InwardsOnly(TextMapPropagator reader) implements TextMapPropagator {

    @Override
    public Collection<String> fields() {
        return reader.fields();
    }

    @Override
    public <C> void inject(Context context, C carrier, TextMapSetter<C> setter) {
        // nothing goes out
    }

    @Override
    public <C> Context extract(Context context, C carrier, TextMapGetter<C> getter) {
        return reader.extract(context, carrier, getter);
    }
}
