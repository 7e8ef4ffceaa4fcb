package dev.tollgate.gemini;

import java.time.Duration;

import io.github.resilience4j.core.IntervalFunction;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.RetryProperties;

/**
 * Says how long a failed call waits before it is repeated: what the upstream asked for, else exponentially longer with
 * jitter; never more than {@code tollgate.retry.max-delay}.
 */
@Component("retryDelay")
class RetryDelay implements Processor {

    private final Duration max;
    private final IntervalFunction backoff;

    RetryDelay(RetryProperties retry) {
        this.max = retry.maxDelay();
        this.backoff = retry.jitter()
                ? IntervalFunction.ofExponentialRandomBackoff(retry.initialDelay(), retry.backoffMultiplier(), RetryProperties.SPREAD, max)
                : IntervalFunction.ofExponentialBackoff(retry.initialDelay(), retry.backoffMultiplier(), max);
    }

    @Override
    public void process(Exchange exchange) {
        GeminiCall call = exchange.getProperty(GeminiCall.PROPERTY, GeminiCall.class);
        int failed = Math.max(1, call.attempts());
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        exchange.getMessage().setHeader(Exchange.REDELIVERY_DELAY, of(failed, failure).toMillis());
    }

    /** @param failed how many attempts have failed, from 1 */
    Duration of(int failed, Exception failure) {
        Duration asked = failure instanceof UpstreamFailure upstream ? upstream.retryAfter() : null;
        Duration wait = asked == null ? Duration.ofMillis(backoff.apply(failed)) : asked;
        return wait.compareTo(max) > 0 ? max : wait;
    }
}
