package dev.tollgate.door;

import org.apache.camel.Exchange;

/**
 * Whoever waits for the answer of an exchange. Something a route waits long for looks here now and then, so that nothing is
 * paid for a caller who is gone.
 */
@FunctionalInterface
public interface Caller {

    /** Exchange property of the caller. */
    String PROPERTY = "TollgateCaller";

    /** The caller of an exchange; one that never goes away where nobody called, as in a job. */
    static Caller of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, (Caller) () -> false, Caller.class);
    }

    /**
     * Whether the connection was closed at the other end. To be asked on the thread of the request alone, after the
     * request was read and before anything is answered.
     */
    boolean isGone();

    /** Closes the connection in the middle of the answer, so that nobody takes what has left for all of it. */
    default void hangUp() {
    }
}
