package dev.tollgate.kit;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.core.IntervalFunction;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;

import dev.tollgate.explain.Explanation;
import dev.tollgate.explain.Question;
import dev.tollgate.gateway.BreakerProperties;
import dev.tollgate.gateway.CallerGoneException;
import dev.tollgate.gateway.FailedCall;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RetryProperties;

/**
 * {@code retry-action}: makes a failed call again where that does no harm, inside a breaker that counts a call once with all
 * its attempts. No attempt is made for a caller who disconnected.
 */
public final class RetryPolicy extends KitPolicy {

    private static final String REPEATED = "tollgateRepeated";

    private long maxRetries;
    private Duration maxDelay;
    private Duration deadline;
    private IntervalFunction backoff;
    private ReplyCondition statuses;
    private Set<String> methods;
    private List<Class<?>> exceptions;
    private BreakerProperties breaker;

    public RetryPolicy(Kit kit) {
        super(kit);
    }

    @Override
    void read(KameletParameters given) {
        RetryProperties defaults = kit.retry();
        maxRetries = given.text("maxRetries").isEmpty() ? defaults.maxRetries() : given.whole("maxRetries", 0, 100);
        maxDelay = given.text("maxDelay").isEmpty() ? defaults.maxDelay() : given.duration("maxDelay");
        deadline = given.text("deadline").isEmpty() ? null : given.durationOrZero("deadline");
        Duration first = given.text("initialDelay").isEmpty() ? defaults.initialDelay() : given.duration("initialDelay");
        given.require(first.compareTo(maxDelay) <= 0, "initialDelay", "no more than maxDelay, which is " + maxDelay.toMillis() + "ms", "");
        backoff = defaults.jitter()
                ? IntervalFunction.ofExponentialRandomBackoff(first, defaults.backoffMultiplier(), RetryProperties.SPREAD, maxDelay)
                : IntervalFunction.ofExponentialBackoff(first, defaults.backoffMultiplier(), maxDelay);
        statuses = ReplyCondition.read(given, "statuses");
        methods = given.list("methods");
        int window = (int) given.whole("window", 1, 10_000);
        long failureRate = given.whole("failureRate", 0, 100);
        breaker = failureRate == 0 ? null : new BreakerProperties(failureRate, window, window, given.duration("open"), 1);
    }

    @Override
    void read(KameletParameters given, CamelContext context) {
        exceptions = given.list("exceptions").stream().<Class<?>>map(name -> {
            Class<?> type = context.getClassResolver().resolveClass(name);
            return given.require(type != null && Throwable.class.isAssignableFrom(type), "exceptions",
                    "names of exception classes, such as java.io.IOException", type);
        }).toList();
    }

    /** Whether what is about to be done has been tried before, inside a policy of this kind. */
    static boolean isRepeated(Exchange exchange) {
        return exchange.getProperty(REPEATED) != null;
    }

    private Refusal isOpen() {
        return Refusal.until(503, "The upstream of " + name() + " has been failing and is not asked at the moment.", breaker.open());
    }

    @Override
    Optional<Explanation> explain(Question question, String step) {
        return breaker == null ? Optional.empty() : switch (kit.breakers().breaker(name(), revision(), breaker).getState()) {
            case OPEN, FORCED_OPEN -> Optional.of(Explanation.denied(step, isOpen(), kit.clock().instant()));
            default -> Optional.empty();
        };
    }

    /** @throws Refusal 503 while the breaker is open */
    @Override
    CompletionStage<Passage> enter(Exchange exchange) {
        CircuitBreaker gate = breaker == null ? null : kit.breakers().breaker(name(), revision(), breaker);
        if (gate != null && !gate.tryAcquirePermission()) {
            throw isOpen();
        }
        return CompletableFuture.completedFuture(new Run(Request.of(exchange), gate));
    }

    /** One call on its way, with all its attempts. */
    private final class Run implements Passage {

        private final Request request;
        /** Null where there is none. */
        private final CircuitBreaker gate;
        private final long began = System.nanoTime();
        private int attempts = 1;
        private boolean counted;

        Run(Request request, CircuitBreaker gate) {
            this.request = request;
            this.gate = gate;
        }

        /** A refusal may be repeated whatever was asked, another failure only where that does no harm. */
        @Override
        public Optional<CompletionStage<Passage>> ended(Exchange exchange) {
            Exception thrown = exchange.getException();
            Optional<Duration> asked = Optional.empty();
            boolean repeatable;
            if (thrown != null) {
                repeatable = FailedCall.neverLeft(thrown)
                        || methods.contains(request.method()) && exceptions.stream().anyMatch(type -> type.isInstance(thrown));
            } else {
                boolean harmless = Reply.status(exchange) == 429 || methods.contains(request.method());
                repeatable = harmless && statuses.holds(exchange, ReplyValue.body(exchange));
                asked = repeatable ? Reply.retryAfter(exchange, kit.clock().instant()) : asked;
            }
            Duration wait = asked.orElseGet(() -> Duration.ofMillis(backoff.apply(attempts)));
            boolean again = repeatable && attempts <= maxRetries && wait.compareTo(maxDelay) <= 0 && !isTooLate(wait);
            if (!again || thrown instanceof CallerGoneException || Kit.isAbandoned(exchange)) {
                count(exchange);
                return Optional.empty();
            }
            return Optional.of(kit.pause(exchange, wait).thenApply(stillThere -> {
                attempts++;
                exchange.setException(null);
                exchange.setProperty(REPEATED, true);
                request.restore(exchange);
                return this;
            }));
        }

        private boolean isTooLate(Duration wait) {
            return deadline != null && wait.plusNanos(System.nanoTime() - began).compareTo(deadline) > 0;
        }

        /** What the gateway itself refused, or ended because the caller left, says nothing about the upstream. */
        private void count(Exchange exchange) {
            if (gate == null) {
                return;
            }
            Exception thrown = exchange.getException();
            int status = Reply.status(exchange);
            counted = !(thrown instanceof Refusal || thrown instanceof CallerGoneException);
            if (counted && (thrown != null || status >= 500 || status == 429)) {
                gate.onError(System.nanoTime() - began, TimeUnit.NANOSECONDS, thrown != null ? thrown : new IOException("HTTP " + status));
            } else if (counted) {
                gate.onSuccess(System.nanoTime() - began, TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public void release(Exchange exchange) {
            exchange.removeProperty(REPEATED);
            if (gate != null && !counted) {
                gate.releasePermission();
            }
        }
    }
}
