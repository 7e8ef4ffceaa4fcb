package dev.tollgate.gemini;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.StatusSection;
import dev.tollgate.ledger.Ledger;

/** The Gemini policy in {@code /status}. */
@Component
class GeminiStatus implements StatusSection {

    private final CircuitBreaker breaker;
    private final Ledger ledger;
    private final MeterRegistry meters;

    GeminiStatus(CircuitBreaker geminiBreaker, Ledger ledger, MeterRegistry meters) {
        this.breaker = geminiBreaker;
        this.ledger = ledger;
        this.meters = meters;
    }

    @Override
    public String name() {
        return "gemini";
    }

    @Override
    public Map<String, Object> snapshot() {
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("breaker", breaker.getState().name());
        numbers.put("calls", (long) meters.counter("tollgate.gemini.calls").count());
        numbers.put("retries", (long) meters.counter("tollgate.gemini.retries").count());
        ledger.catchUp();
        numbers.put("spooled", ledger.spooled());
        return numbers;
    }
}
