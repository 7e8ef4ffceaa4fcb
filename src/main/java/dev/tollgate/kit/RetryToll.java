package dev.tollgate.kit;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import dev.tollgate.gateway.BreakerProperties;
import dev.tollgate.gateway.FailedCall;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RetryProperties;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.core.IntervalFunction;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;

/**
 * The words of {@code toll-retry}: begin, attempt, judge, failed, leave. The breaker counts a call once, with all its
 * attempts.
 */
public final class RetryToll extends Toll {

    private static final double SPREAD = 0.25;

    /** One call on its way. */
    private static final class Run {

        private final Request request;
        private final CircuitBreaker breaker;
        private final long began = System.nanoTime();
        private int attempts;
        private boolean again = true;
        private boolean counted;
        private long delay;

        Run(Request request, CircuitBreaker breaker) {
            this.request = request;
            this.breaker = breaker;
        }

        void end(Throwable failure) {
            again = false;
            counted = true;
            long took = System.nanoTime() - began;
            if (failure == null) {
                breaker.onSuccess(took, TimeUnit.NANOSECONDS);
            } else {
                breaker.onError(took, TimeUnit.NANOSECONDS, failure);
            }
        }
    }

    private final Breakers breakers;
    private final RetryProperties defaults;
    private final Clock clock;
    private long maxRetries;
    private Duration maxDelay;
    private IntervalFunction backoff;
    private Set<String> statuses;
    private Set<String> methods;
    private BreakerProperties breaker;

    public RetryToll(Breakers breakers, RetryProperties defaults, Clock clock) {
        this.breakers = breakers;
        this.defaults = defaults;
        this.clock = clock;
    }

    @Override
    void read(Given given) {
        maxRetries = given.text("maxRetries").isEmpty() ? defaults.maxRetries() : given.whole("maxRetries", 0, 100);
        maxDelay = given.text("maxDelay").isEmpty() ? defaults.maxDelay() : given.duration("maxDelay");
        Duration first = given.text("initialDelay").isEmpty() ? defaults.initialDelay() : given.duration("initialDelay");
        given.require(first.compareTo(maxDelay) <= 0, "initialDelay", "no more than maxDelay, which is " + maxDelay.toMillis() + "ms", "");
        backoff = defaults.jitter()
                ? IntervalFunction.ofExponentialRandomBackoff(first, defaults.backoffMultiplier(), SPREAD, maxDelay)
                : IntervalFunction.ofExponentialBackoff(first, defaults.backoffMultiplier(), maxDelay);
        statuses = given.list("statuses");
        methods = given.list("methods");
        int window = (int) given.whole("window", 1, 10_000);
        breaker = new BreakerProperties(given.whole("failureRate", 1, 100), window, window, given.duration("open"), 1);
    }

    /** @throws Refusal 503 while the breaker is open */
    public void begin(Exchange exchange) {
        CircuitBreaker gate = breakers.breaker(name(), edition(), breaker);
        if (!gate.tryAcquirePermission()) {
            throw Refusal.until(503, "The upstream of " + name() + " has been failing and is not asked at the moment.",
                    breaker.open());
        }
        exchange.setProperty(property(), new Run(Request.of(exchange), gate));
    }

    public boolean isAgain(Exchange exchange) {
        return run(exchange).again;
    }

    /** For the delayer: milliseconds before this attempt. */
    public long delayMillis(Exchange exchange) {
        return run(exchange).delay;
    }

    /** Makes the message the request, as it was for the first attempt. */
    public void attempt(Exchange exchange) {
        Run run = run(exchange);
        run.attempts++;
        run.again = false;
        run.request.restore(exchange);
    }

    /** Looks at the answer: a refusal may be repeated whatever was asked, another failure only where that does no harm. */
    public void judge(Exchange exchange) {
        Run run = run(exchange);
        int status = Reply.status(exchange);
        boolean failed = statuses.contains(String.valueOf(status));
        boolean harmless = status == 429 || repeatable(run);
        if (!failed || !harmless || !repeat(run, Reply.retryAfter(exchange, clock.instant()))) {
            run.end(status >= 500 || status == 429 ? new IOException("HTTP " + status) : null);
        }
    }

    /** No answer came. @throws IOException as it came, when the call is not made again */
    public void failed(@ExchangeException IOException thrown, Exchange exchange) throws IOException {
        Run run = run(exchange);
        if (!(FailedCall.neverLeft(thrown) || repeatable(run)) || !repeat(run, Optional.empty())) {
            run.end(thrown);
            throw thrown;
        }
    }

    private boolean repeatable(Run run) {
        return methods.contains(run.request.method());
    }

    /** Not when the upstream asks for more time than a caller is to be kept waiting: it then says so itself. */
    private boolean repeat(Run run, Optional<Duration> asked) {
        Duration wait = asked.orElseGet(() -> Duration.ofMillis(backoff.apply(run.attempts)));
        run.again = run.attempts <= maxRetries && wait.compareTo(maxDelay) <= 0;
        run.delay = wait.toMillis();
        return run.again;
    }

    /** The way out: a call that was refused before it left says nothing about the upstream. */
    public void leave(Exchange exchange) {
        Run run = run(exchange);
        if (run != null && !run.counted) {
            run.breaker.releasePermission();
        }
    }

    private Run run(Exchange exchange) {
        return exchange.getProperty(property(), Run.class);
    }
}
