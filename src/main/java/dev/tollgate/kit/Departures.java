package dev.tollgate.kit;

import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.Exchange;

import dev.tollgate.gateway.FailedCall;
import dev.tollgate.gateway.Refusal;

/**
 * Counts how often the steps inside a policy may have been served by an upstream, so that what was set aside for them is given
 * back where that certainly never happened: no connection was made, or a policy further inside refused the call.
 */
final class Departures {

    private static final String PROPERTY = "tollgateDepartures";
    private static final String CHECKS = "tollgateDepartureChecks";

    private Departures() {
    }

    /** How many there were up to now. */
    static int count(Exchange exchange) {
        AtomicInteger count = exchange.getProperty(PROPERTY, AtomicInteger.class);
        return count == null ? 0 : count.get();
    }

    /**
     * From now on something is done before a call of this exchange leaves.
     *
     * @param check throws a {@link Refusal} where the call must not leave any more
     * @return ends that
     */
    static Runnable beforeEach(Exchange exchange, Runnable check) {
        Runnable earlier = exchange.getProperty(CHECKS, Runnable.class);
        exchange.setProperty(CHECKS, earlier == null ? check : (Runnable) () -> {
            earlier.run();
            check.run();
        });
        return () -> exchange.setProperty(CHECKS, earlier);
    }

    /** A call is about to leave. */
    static void leaving(Exchange exchange) {
        Runnable checks = exchange.getProperty(CHECKS, Runnable.class);
        if (checks != null) {
            checks.run();
        }
    }

    /** The steps inside have ended: counted, unless their failure says that nothing left. */
    static void ended(Exchange exchange) {
        if (exchange.getException() == null || !leavesNothing(exchange.getException())) {
            AtomicInteger count = exchange.getProperty(PROPERTY, AtomicInteger.class);
            if (count == null) {
                count = new AtomicInteger();
                exchange.setProperty(PROPERTY, count);
            }
            count.incrementAndGet();
        }
    }

    /**
     * Whether nothing of this exchange can have been served since.
     *
     * @param before the {@link #count} of that moment
     */
    static boolean noneSince(int before, Exchange exchange) {
        return exchange.getException() != null && leavesNothing(exchange.getException()) && count(exchange) == before;
    }

    private static boolean leavesNothing(Exception failure) {
        return failure instanceof Refusal || FailedCall.neverLeft(failure);
    }
}
