package dev.tollgate.kit;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.apache.camel.Exchange;

import dev.tollgate.budget.Charge;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.AdmissionQueue;

/**
 * One call at a bucket, from its arrival to its settlement.
 *
 * @param unmetered whether a {@link RateSource} says how the bucket fills, and no reply what is left
 * @param arrived stands for the time of a reply that has no date: who came later was answered later
 */
record BucketVisit(TokenBucket bucket, Admission call, Request request, Instant arrived, boolean unmetered) {

    /** A call has reached the upstream by then, on whatever connection; its answer may take much longer. */
    private static final long ARRIVED_MILLIS = 1000;
    /** Tokens are reserved no longer than so many such times fill the bucket, or it could not be used at its rate. */
    private static final int PARTS = 2;

    /** Exchange property of the visit whose turn it is. */
    static final String PROPERTY = "tollgateBucketVisit";
    /** Exchange property of the milliseconds that the delayer waits. */
    static final String DELAY = "tollgateDelay";

    /**
     * The call leaves now. Where no reply tells what is left its tokens are counted as spent once it has arrived, since a bucket
     * does not fill beyond what it holds while tokens are only reserved: answers that take long would then cost calls.
     */
    void leaves() {
        if (unmetered) {
            AdmissionQueue queue = bucket.queue(); // and not the request, which may be large
            Charge charge = new Charge(call.id(), call.price().expected());
            long arrived = Math.min(ARRIVED_MILLIS, queue.state().plan().millisToFill() / PARTS);
            CompletableFuture.delayedExecutor(arrived, TimeUnit.MILLISECONDS).execute(() -> queue.apply(charge));
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
