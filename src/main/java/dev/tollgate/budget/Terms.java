package dev.tollgate.budget;

import java.time.Duration;

/**
 * The policy's own numbers.
 *
 * @param maxDeficit whole tokens, 0 or more. 0: a call waits until the balance covers its expected price. n: it starts as
 *                   soon as the balance is positive and the expected end is not below -n
 * @param patience   a call that would wait longer is denied at once
 * @param lease      how long a reservation counts when nobody settles it; longer than any call may take
 * @param metered    whether replies tell what is left. Without a meter the balance counted here is all there is to go by,
 *                   and calls do not wait for each other's replies
 */
public record Terms(long maxDeficit, Duration patience, Duration lease, boolean metered) {

    /** @throws IllegalArgumentException when a figure is negative, or a lease is not positive */
    public Terms {
        if (maxDeficit < 0 || maxDeficit > Price.MAX || patience.isNegative() || lease.isNegative() || lease.isZero()) {
            throw new IllegalArgumentException("Not terms: max-deficit " + maxDeficit + ", patience " + patience
                    + ", lease " + lease);
        }
    }

    /** For an upstream whose replies tell what is left. */
    public Terms(long maxDeficit, Duration patience, Duration lease) {
        this(maxDeficit, patience, lease, true);
    }

    /** The same for a caller with other patience. */
    public Terms withPatience(Duration other) {
        return new Terms(maxDeficit, other, lease, metered);
    }

    /**
     * Milli-tokens that must be available before a call of that price may start. Never less than one token, because the
     * upstream admits at a positive balance only, and never more than a full bucket, because a call that is dearer than
     * the bucket would otherwise wait for ever.
     */
    public long needed(Price price, Plan plan) {
        long wanted = Plan.TOKEN * (price.expected() - maxDeficit);
        return Math.max(Plan.TOKEN, Math.min(wanted, plan.capacity()));
    }
}
