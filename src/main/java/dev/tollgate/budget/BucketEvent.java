package dev.tollgate.budget;

import dev.tollgate.store.Step;

/**
 * Something that happens to a bucket. Each event says what it makes of a state; {@link Bucket#next} brings the state up to
 * date first.
 *
 * @param <R> what the one who caused the event learns
 */
public sealed interface BucketEvent<R> permits Reserve, Settle, Charge, Refuse, Release, Lose, Anchor, Hold, Restore,
        Replan {

    /**
     * The state after the event. Pure.
     *
     * @param state a state whose refills and leases are counted up to the moment of the event
     */
    Step<BucketState, R> on(BucketState state);
}
