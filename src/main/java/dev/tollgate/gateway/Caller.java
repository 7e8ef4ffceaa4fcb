package dev.tollgate.gateway;

import java.util.Optional;
import java.util.concurrent.Executor;

import org.apache.camel.Exchange;

/**
 * Whoever waits for the answer of an exchange. Something a route waits long for looks here now and then, so that nothing is
 * paid for a caller who is gone.
 */
@FunctionalInterface
public interface Caller {

    /** Exchange property of the caller. */
    String PROPERTY = "TollgateCaller";

    /** Exchange property of the caller's {@link LongCall}. */
    String LONG_WAIT = "TollgateLongWait";

    /**
     * Lets the caller of an exchange wait without a thread from here on: the step returns a {@code CompletionStage} and
     * completes it on one of these threads. Empty where the calling thread has to wait, as in a job or on JDK 17.
     */
    static Optional<Executor> waitLong(Exchange exchange) {
        LongCall wait = exchange.getProperty(LONG_WAIT, LongCall.class);
        return wait == null ? Optional.empty() : wait.begin();
    }

    /** A request that can go on without the thread that brought it. */
    @FunctionalInterface
    interface LongCall {

        /** The threads to go on with, from now on; empty where the calling thread has to wait. */
        Optional<Executor> begin();
    }

    /** The caller of an exchange; one that never goes away where nobody called, as in a job. */
    static Caller of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, (Caller) () -> false, Caller.class);
    }

    /**
     * Whether the connection was closed at the other end. To be asked by one thread at a time, after the request
     * was read and before anything is answered.
     */
    boolean isGone();

    /** Closes the connection in the middle of the answer, so that nobody takes what has left for all of it. */
    default void hangUp() {
    }
}
