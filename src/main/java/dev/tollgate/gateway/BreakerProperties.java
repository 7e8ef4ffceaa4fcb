package dev.tollgate.gateway;

import java.time.Duration;
import java.util.function.Predicate;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When a circuit breaker opens, and when it tries again.
 *
 * @param failureRate percent of the calls of the window that must fail for the breaker to open, 1 to 100
 * @param window last calls looked at; a call counts once with all its repetitions
 * @param minimumCalls calls there must be before the rate is judged
 * @param open how long the breaker stays open before it tries again
 * @param trialCalls calls that an open breaker then lets through to try
 */
public record BreakerProperties(@DefaultValue("50") float failureRate, @DefaultValue("20") int window,
        @DefaultValue("10") int minimumCalls, @DefaultValue("30s") Duration open, @DefaultValue("3") int trialCalls) {

    private static final Logger log = LoggerFactory.getLogger(BreakerProperties.class);

    /**
     * A breaker that says in the log when it opens and closes.
     *
     * @param name of the endpoint that it stands before
     * @param saysNothing what is the caller's or the gateway's own doing and says nothing about that endpoint
     */
    public CircuitBreaker breaker(String name, Predicate<Throwable> saysNothing) {
        CircuitBreaker breaker = CircuitBreaker.of(name, CircuitBreakerConfig.custom()
                .failureRateThreshold(failureRate)
                .slidingWindowSize(window)
                .minimumNumberOfCalls(minimumCalls)
                .waitDurationInOpenState(open)
                .permittedNumberOfCallsInHalfOpenState(trialCalls)
                .ignoreException(saysNothing)
                .build());
        breaker.getEventPublisher().onStateTransition(event -> log.warn("The breaker of {} went from {} to {}",
                event.getCircuitBreakerName(), event.getStateTransition().getFromState(),
                event.getStateTransition().getToState()));
        return breaker;
    }
}
