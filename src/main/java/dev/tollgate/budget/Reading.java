package dev.tollgate.budget;

/**
 * What the upstream's own meter showed in one reply.
 *
 * @param timestamp     the upstream's clock when it wrote the reply, epoch milliseconds, positive; orders replies that
 *                      overtook each other
 * @param tokensLeft    whole tokens, may be negative
 * @param refillIn      milliseconds from {@code timestamp} to the next refill, 0 or more
 * @param refillRate    tokens a period, positive: a reply that says 0 read no meter (Keepa's answer to an invalid key)
 * @param flowReduction milli-tokens a period taken off the refill, 0 or more
 * @param capacity      milli-tokens that the bucket holds, 0 or more
 */
public record Reading(long timestamp, long tokensLeft, long refillIn, int refillRate, long flowReduction, long capacity) {

    /** @throws IllegalArgumentException when these cannot be a meter's figures */
    public Reading {
        if (timestamp <= 0 || refillRate <= 0 || refillIn < 0 || flowReduction < 0 || capacity < 0
                || Math.abs(tokensLeft) > Price.MAX) {
            throw new IllegalArgumentException("Not a reading: timestamp " + timestamp + ", tokensLeft " + tokensLeft
                    + ", refillIn " + refillIn + ", refillRate " + refillRate + ", flowReduction " + flowReduction);
        }
    }

    /** As Keepa's: the bucket holds an hour of refill. */
    public Reading(long timestamp, long tokensLeft, long refillIn, int refillRate, long flowReduction) {
        this(timestamp, tokensLeft, refillIn, refillRate, flowReduction, 60 * Plan.TOKEN * refillRate);
    }

    /** A meter that tells what is left and no more: the rest stays as planned. */
    public static Reading of(Plan plan, long timestamp, long tokensLeft, long refillIn) {
        return new Reading(timestamp, tokensLeft, refillIn, plan.refillRate(), plan.flowReduction(), plan.capacity());
    }
}
