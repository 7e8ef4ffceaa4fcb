package dev.tollgate.kit;

import java.time.Instant;

import dev.tollgate.queue.Admission;

import org.apache.camel.Exchange;

/**
 * One call at a bucket, from its arrival to its settlement.
 *
 * @param arrived stands for the time of a reply that has no date: who came later was answered later
 */
record BucketVisit(TokenBucket bucket, Admission call, Request request, Instant arrived) {

    /** Exchange property of the visit whose turn it is. */
    static final String PROPERTY = "tollgateBucketVisit";
    /** Exchange property of the milliseconds that the delayer waits. */
    static final String DELAY = "tollgateDelay";

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
