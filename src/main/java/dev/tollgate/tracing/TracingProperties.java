package dev.tollgate.tracing;

import java.net.URI;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether and where requests are traced.
 *
 * @param enabled makes spans at all
 * @param endpoint where a collector takes OTLP over HTTP
 * @param sample part of the requests that is traced where the caller has not decided it, 0 to 1
 */
@ConfigurationProperties("tollgate.tracing")
public record TracingProperties(@DefaultValue("false") boolean enabled,
        @DefaultValue("http://localhost:4318/v1/traces") URI endpoint, @DefaultValue("1.0") double sample) {

    /** @throws IllegalArgumentException for a part that is none */
    public TracingProperties {
        if (!(sample >= 0 && sample <= 1)) {
            throw new IllegalArgumentException("tollgate.tracing.sample must be from 0 to 1, not " + sample);
        }
    }
}
