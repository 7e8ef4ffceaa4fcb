package dev.tollgate.kit;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;

import org.springframework.stereotype.Component;

/** The breakers of the kit by name. Their state survives edits, unless the edit is of the breaker's own numbers. */
@Component("tollBreakers")
public class Breakers {

    /**
     * What a route file says of a breaker.
     *
     * @param failureRate percent of the calls looked at that must fail for it to open
     * @param window how many calls are looked at
     * @param open how long it stays open
     */
    record Settings(int failureRate, int window, Duration open) {

        CircuitBreaker make(String name) {
            return CircuitBreaker.of(name, CircuitBreakerConfig.custom().failureRateThreshold(failureRate)
                    .slidingWindowSize(window).minimumNumberOfCalls(window).waitDurationInOpenState(open)
                    .permittedNumberOfCallsInHalfOpenState(1).build());
        }
    }

    private record Known(long edition, Settings settings, CircuitBreaker breaker) {
    }

    private final Map<String, Known> breakers = new ConcurrentHashMap<>();

    CircuitBreaker breaker(String name, long edition, Settings settings) {
        return breakers.compute(name, (same, known) -> known != null
                && (known.edition() >= edition || known.settings().equals(settings)) ? known
                : new Known(edition, settings, settings.make(name))).breaker();
    }

    /** For {@code /status}: CLOSED, OPEN or HALF_OPEN. */
    Map<String, Object> snapshot() {
        Map<String, Object> all = new TreeMap<>();
        breakers.forEach((name, known) -> all.put(name, known.breaker().getState().name()));
        return all;
    }
}
