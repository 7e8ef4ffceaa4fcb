package dev.tollgate.kit;

import java.util.Map;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.BreakerProperties;

/** The breakers of the kit by name. Their state survives edits, unless the edit is of the breaker's own numbers. */
@Component("tollBreakers")
public class Breakers {

    private final PolicyRegistry<BreakerProperties, CircuitBreaker> breakers = new PolicyRegistry<>();

    CircuitBreaker breaker(String name, long revision, BreakerProperties settings) {
        return breakers.get(name, revision, settings, before -> settings.breaker(name, thrown -> false));
    }

    /** For {@code /status}: CLOSED, OPEN or HALF_OPEN. */
    Map<String, Object> snapshot() {
        return breakers.snapshot(breaker -> breaker.getState().name());
    }
}
