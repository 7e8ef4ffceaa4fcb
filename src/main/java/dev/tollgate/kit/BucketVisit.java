package dev.tollgate.kit;

import java.time.Instant;

import org.apache.camel.Exchange;

import dev.tollgate.queue.Admission;

/**
 * One call at a bucket, from its arrival to its settlement.
 *
 * @param unmetered whether a {@link RateSource} says how the bucket fills, and no reply what is left
 * @param arrived stands for the time of a reply that has no date: who came later was answered later
 */
record BucketVisit(TokenBucket bucket, Admission call, Request request, Instant arrived, boolean unmetered) {

    /** Exchange property of the visit whose turn it is. */
    static final String PROPERTY = "tollgateBucketVisit";
    /** Exchange property of the milliseconds that the delayer waits. */
    static final String DELAY = "tollgateDelay";

    /** The call leaves now. Where no reply tells what is left its tokens are counted as spent once it has arrived. */
    void leaves() {
        if (unmetered) {
            bucket.arrivals().leaves(call);
        }
    }

    /** When its tokens were reserved. */
    Instant left() {
        return call.decision().at();
    }

    /** Makes it the visit whose turn it is, and says how long the delayer is to wait. */
    void next(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
        exchange.setProperty(DELAY, bucket.queue().millisUntilTurn(call));
    }
}
