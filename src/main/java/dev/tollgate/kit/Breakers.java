package dev.tollgate.kit;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import dev.tollgate.gateway.BreakerProperties;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;

import org.springframework.stereotype.Component;

/** The breakers of the kit by name. Their state survives edits, unless the edit is of the breaker's own numbers. */
@Component("tollBreakers")
public class Breakers {

    private record Known(long edition, BreakerProperties settings, CircuitBreaker breaker) {
    }

    private final Map<String, Known> breakers = new ConcurrentHashMap<>();

    CircuitBreaker breaker(String name, long edition, BreakerProperties settings) {
        return breakers.compute(name, (same, known) -> known != null
                && (known.edition() >= edition || known.settings().equals(settings)) ? known
                : new Known(edition, settings, settings.breaker(name, thrown -> false))).breaker();
    }

    /** For {@code /status}: CLOSED, OPEN or HALF_OPEN. */
    Map<String, Object> snapshot() {
        Map<String, Object> all = new TreeMap<>();
        breakers.forEach((name, known) -> all.put(name, known.breaker().getState().name()));
        return all;
    }
}
