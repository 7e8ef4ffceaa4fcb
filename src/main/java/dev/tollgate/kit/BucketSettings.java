package dev.tollgate.kit;

import java.time.Duration;

import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Terms;

/**
 * What a route file says of a bucket.
 *
 * @param tokens that arrive in a period
 * @param per the period
 * @param capacity tokens that the bucket holds
 * @param steady whether tokens arrive one by one, rather than all at the end of the period
 * @param maxDeficit how far below zero a call may bring the balance
 * @param maxWait a call that would wait longer is denied
 * @param lease how long tokens of a call that nobody settles stay reserved
 * @param metered whether replies tell what is left
 */
record BucketSettings(int tokens, Duration per, long capacity, boolean steady, long maxDeficit, Duration maxWait,
        Duration lease, boolean metered) {

    Plan plan() {
        // Rounded up, so that a tick never brings a little less than the token that somebody waits for.
        long tick = steady ? Math.max(1, (per.toMillis() + tokens - 1) / tokens) : per.toMillis();
        return new Plan(tokens, 0, capacity * Plan.TOKEN, tick, per.toMillis());
    }

    Terms terms() {
        return new Terms(maxDeficit, maxWait, lease, metered);
    }
}
