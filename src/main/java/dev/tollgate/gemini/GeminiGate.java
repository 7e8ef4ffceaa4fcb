package dev.tollgate.gemini;

import java.time.Duration;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Refusal;

/**
 * Bounds how many callers are on their way to Gemini at once, so that a hung upstream leaves threads and memory to
 * everybody else. A caller's place is free again when its answer is written.
 */
@Component("geminiGate")
public class GeminiGate {

    private final Bulkhead places;

    GeminiGate(GeminiProperties properties) {
        places = Bulkhead.of("gemini", BulkheadConfig.custom().maxConcurrentCalls(properties.maxInFlight())
                .maxWaitDuration(Duration.ZERO).build());
    }

    /** @throws Refusal 503 when all places are taken */
    public void enter(Exchange exchange) {
        if (!places.tryAcquirePermission()) {
            throw full();
        }
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                places.onComplete();
            }
        });
    }

    /** Whether all places are taken now. */
    boolean isFull() {
        return places.getMetrics().getAvailableConcurrentCalls() <= 0;
    }

    static Refusal full() {
        return Refusal.until(503, UploadGuard.FAILED, Duration.ofSeconds(5));
    }
}
