package dev.tollgate.kit;

import java.util.concurrent.atomic.LongAdder;

import dev.tollgate.budget.BucketState;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.queue.CostEstimator;

/**
 * One bucket and the calls that wait for its tokens.
 *
 * @param estimator of all buckets of the name together
 * @param refused calls that the upstream refused
 * @param silent replies in which nothing was understood that the route file promised
 * @param backoff for refusals that do not say how long to wait
 * @param arrivals of calls whose replies do not tell what is left
 */
public record TokenBucket(AdmissionQueue queue, CostEstimator estimator, LongAdder refused, LongAdder silent, Backoff backoff,
        Arrivals arrivals) {

    /** A bucket of an upstream that has refused nothing yet. */
    public TokenBucket(AdmissionQueue queue, CostEstimator estimator, LongAdder refused, LongAdder silent) {
        this(queue, estimator, refused, silent, new Backoff(), new Arrivals(queue));
    }

    /** Whether it could be forgotten: a new one would be just the same. */
    boolean isIdle() {
        BucketState state = queue.state();
        return queue.waiting() == 0 && state.inFlight().isEmpty() && state.balance() >= state.plan().capacity()
                && state.holdUntil() <= state.at();
    }
}
