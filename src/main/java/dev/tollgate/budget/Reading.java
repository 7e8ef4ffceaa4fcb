package dev.tollgate.budget;

/**
 * What the upstream's own meter showed in one reply.
 *
 * @param timestamp     the upstream's clock when it wrote the reply, epoch milliseconds, positive; orders replies that
 *                      overtook each other
 * @param tokensLeft    whole tokens, may be negative
 * @param refillIn      milliseconds from {@code timestamp} to the next refill, 0 or more
 * @param refillRate    tokens a minute, positive: a reply that says 0 read no meter (Keepa's answer to an invalid key)
 * @param flowReduction milli-tokens a minute taken off the refill, 0 or more
 */
public record Reading(long timestamp, long tokensLeft, long refillIn, int refillRate, long flowReduction) {

    /** @throws IllegalArgumentException when these cannot be a meter's figures */
    public Reading {
        if (timestamp <= 0 || refillRate <= 0 || refillIn < 0 || flowReduction < 0
                || Math.abs(tokensLeft) > Price.MAX) {
            throw new IllegalArgumentException("Not a reading: timestamp " + timestamp + ", tokensLeft " + tokensLeft
                    + ", refillIn " + refillIn + ", refillRate " + refillRate + ", flowReduction " + flowReduction);
        }
    }
}
