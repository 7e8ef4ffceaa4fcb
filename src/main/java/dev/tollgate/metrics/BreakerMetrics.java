package dev.tollgate.metrics;

import java.util.Map;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

/** Every breaker, by the name of its bean. */
@Component
record BreakerMetrics(Map<String, CircuitBreaker> breakers) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        breakers.forEach((name, breaker) -> {
            Gauge.builder("tollgate.breaker.open", breaker, BreakerMetrics::openness).tag("breaker", name)
                    .description("0 while the breaker lets calls through, 1 while it is open, 0.5 while it tries")
                    .register(registry);
            Gauge.builder("tollgate.breaker.failure.rate", breaker, b -> b.getMetrics().getFailureRate()).tag("breaker", name)
                    .baseUnit("percent").description("Of the last calls, how many failed; -1 until there are enough to judge")
                    .register(registry);
        });
    }

    private static double openness(CircuitBreaker breaker) {
        return switch (breaker.getState()) {
            case OPEN, FORCED_OPEN -> 1;
            case HALF_OPEN -> 0.5;
            default -> 0;
        };
    }
}
