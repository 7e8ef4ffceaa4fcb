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
 */
public record TokenBucket(AdmissionQueue queue, CostEstimator estimator, LongAdder refused, LongAdder silent) {

    /** Whether it could be forgotten: a new one would be just the same. */
    boolean isIdle() {
        BucketState state = queue.state();
        return queue.waiting() == 0 && state.inFlight().isEmpty() && state.balance() >= state.plan().capacity()
                && state.holdUntil() <= state.at();
    }
}
