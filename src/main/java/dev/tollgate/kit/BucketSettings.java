package dev.tollgate.kit;

import java.time.Duration;

import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Terms;

/**
 * What a route file says of a bucket.
 *
 * @param tokens that arrive in a period
 * @param per the period
 * @param tick how often tokens arrive
 * @param capacity tokens that the bucket holds
 * @param maxDeficit how far below zero a call may bring the balance
 * @param maxWait a call that would wait longer is denied
 * @param maxWaiting callers that may wait at once, for each key; the excess is denied
 * @param lease how long tokens of a call that nobody settles stay reserved
 * @param metered whether replies tell what is left
 * @param planTold whether replies tell how the bucket fills, too, which then outlives these numbers
 */
public record BucketSettings(int tokens, Duration per, Duration tick, long capacity, long maxDeficit, Duration maxWait,
        int maxWaiting, Duration lease, boolean metered, boolean planTold) {

    /** How often tokens arrive that arrive one by one; rounded up, so that a tick never brings a little less than one. */
    static Duration steady(int tokens, Duration per) {
        return Duration.ofMillis(Math.max(1, (per.toMillis() + tokens - 1) / tokens));
    }

    /** How the bucket fills until a reply tells. */
    public Plan plan() {
        return new Plan(tokens, 0, capacity * Plan.TOKEN, tick.toMillis(), per.toMillis());
    }

    Terms terms() {
        return new Terms(maxDeficit, maxWait, lease, metered);
    }
}
