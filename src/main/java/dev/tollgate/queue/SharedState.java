package dev.tollgate.queue;

import java.util.List;

import dev.tollgate.budget.BucketState;

/**
 * A bucket that several nodes share, with what they must know of each other's lines. Immutable; {@link Turnstile} makes the next one.
 *
 * @param bucket the tokens; all times by the clock of all nodes
 * @param heads  who is first at each node, at most one for each node, line and class
 * @param putBy  milli-tokens that interactive calls have put by for background that waits
 */
public record SharedState(BucketState bucket, List<Head> heads, long putBy) {

    public SharedState {
        heads = List.copyOf(heads);
    }

    /** Of a bucket that nobody waits for. */
    public SharedState(BucketState bucket) {
        this(bucket, List.of(), 0);
    }
}
