package dev.tollgate.metrics;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.jspecify.annotations.Nullable;

/** Where the time of one caller's request went, in nanoseconds; and which refusal of it was counted already. */
public final class CallTimes {

    private static final String PROPERTY = "TollgateCallTimes";

    private final long begun = System.nanoTime();
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong upstream = new AtomicLong();
    private final AtomicInteger upstreamCalls = new AtomicInteger();
    private volatile boolean denied;
    private volatile @Nullable String api;

    private CallTimes() {
    }

    /** Under whose name the request is measured: the group of the route that it came in by, or that route's id. */
    String api(Exchange exchange) {
        if (api == null) {
            Route first = exchange.getFromRouteId() == null ? null : exchange.getContext().getRoute(exchange.getFromRouteId());
            api = first == null ? "other" : first.getGroup() == null ? first.getRouteId() : first.getGroup();
        }
        return api;
    }

    /** The one of an exchange, begun now if there is none. */
    public static CallTimes of(Exchange exchange) {
        CallTimes times = exchange.getProperty(PROPERTY, CallTimes.class);
        if (times == null) {
            times = new CallTimes();
            exchange.setProperty(PROPERTY, times);
        }
        return times;
    }

    /** The request came in by a route of that group. */
    void cameInBy(String group) {
        api = group;
    }

    /** Runs something that waits for somebody else, so that it does not count as the gateway's own time. */
    public <T> T waitingFor(Supplier<T> others) {
        long from = System.nanoTime();
        try {
            return others.get();
        }
        finally {
            waited(System.nanoTime() - from);
        }
    }

    /** Counts nanoseconds for which a policy held the request back. */
    public void waited(long nanos) {
        waiting.addAndGet(nanos);
    }

    /** @return whether this was a repetition of a call of the same request */
    boolean called(long nanos) {
        upstream.addAndGet(nanos);
        return upstreamCalls.incrementAndGet() > 1;
    }

    /** True the first time, so that a refusal that passes through many steps is counted once. */
    boolean deny() {
        boolean first = !denied;
        denied = true;
        return first;
    }

    boolean denied() {
        return denied;
    }

    /** Whether calls were repeated: then the pauses between them are in the whole, and nobody's. */
    boolean repeated() {
        return upstreamCalls.get() > 1;
    }

    long whole() {
        return System.nanoTime() - begun;
    }

    long waiting() {
        return waiting.get();
    }

    /** What is the gateway's own of the whole. */
    long ownOf(long whole) {
        return Math.max(0, whole - waiting.get() - upstream.get());
    }
}
