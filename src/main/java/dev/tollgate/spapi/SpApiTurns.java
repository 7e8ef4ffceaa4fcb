package dev.tollgate.spapi;

import dev.tollgate.gateway.Caller;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.spapi.sellers.SpApiProperties;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.springframework.stereotype.Component;

/** Whose turn it is: what the routes ask {@link RatePacer} for a call. */
@Component("spApiTurns")
public class SpApiTurns {

    /** As nginx logs it; nobody is there to read it. */
    private static final int NOBODY_WAITS = 499;

    /** Milliseconds after which a job that gives way looks whether it was cancelled. */
    private static final long LONGEST_NAP = 1000;

    private final SpApiProperties properties;
    private final RatePacer pacer;

    SpApiTurns(SpApiProperties properties, RatePacer pacer) {
        this.properties = properties;
        this.pacer = pacer;
    }

    /** Takes a turn. @throws Refusal 429 when it would come too late */
    public void turn(@ExchangeProperty(SpApiCall.PROPERTY) SpApiCall call) {
        if (call.usesKeptTurn()) {
            call.begin(0);
            return;
        }
        Pace pace = pacer.take(properties.clientId(), call.account(), call.operation(), Duration.ofNanos(call.patience()));
        if (!pace.admitted()) {
            throw tooEarly(call.operation(), pace);
        }
        call.begin(pace.delayMillis());
    }

    static Refusal tooEarly(String operation, Pace pace) {
        return Refusal.until(429, "The next call of " + operation + " for this seller may leave in "
                + pace.retryAfterSeconds() + " s.", pace.delay());
    }

    /**
     * Whether a call that gives way to everybody else must wait, because there is no turn now that nobody else wants; false
     * when there was one, which is its own then.
     *
     * @throws Refusal when nobody waits for the call any more
     */
    public boolean mustGiveWay(@ExchangeProperty(SpApiCall.PROPERTY) SpApiCall call, Exchange exchange) {
        requireCaller(exchange);
        Pace pace = pacer.take(properties.clientId(), call.account(), call.operation(), Duration.ZERO);
        if (pace.admitted()) {
            call.keepTurn();
        } else {
            call.hold(Math.max(1, Math.min(LONGEST_NAP, pace.delayMillis())));
        }
        return !pace.admitted();
    }

    /**
     * Whether the call must wait once more, because it comes late for its turn and others are leaving; false lets it leave.
     * For a caller who is gone nothing leaves.
     *
     * @throws Refusal when the caller has gone
     */
    public boolean mustWait(@ExchangeProperty(SpApiCall.PROPERTY) SpApiCall call, Exchange exchange) {
        if (call.getDelayMillis() > 0) {
            requireCaller(exchange);
        }
        Pace pace = pacer.depart(properties.clientId(), call.account(), call.operation());
        call.hold(pace.delayMillis());
        return !pace.admitted();
    }

    private static void requireCaller(Exchange exchange) {
        if (Caller.of(exchange).isGone()) {
            throw Refusal.of(NOBODY_WAITS, "The caller has gone.");
        }
    }
}
