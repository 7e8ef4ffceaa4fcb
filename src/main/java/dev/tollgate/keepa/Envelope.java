package dev.tollgate.keepa;

import java.util.Optional;

import dev.tollgate.budget.Reading;

/**
 * The fields that every JSON reply of Keepa carries, good or bad.
 *
 * @param timestamp        Keepa's clock, epoch milliseconds
 * @param tokensLeft       whole tokens, may be negative
 * @param refillIn         milliseconds until the next refill
 * @param refillRate       tokens a minute
 * @param flowReduction    milli-tokens a minute that trackings take ({@code tokenFlowReduction}, a decimal on the wire)
 * @param tokensConsumed   what this call cost, at most {@link #MOST_CONSUMED}, {@link #NOT_SAID} when the reply does not tell
 * @param processingTimeInMs Keepa's own time
 * @param error            what went wrong, null when nothing did; Keepa sends errors with status 200 too
 */
public record Envelope(long timestamp, int tokensLeft, int refillIn, int refillRate, long flowReduction,
        int tokensConsumed, int processingTimeInMs, KeepaError error) {

    /** {@code tokensConsumed} is missing. */
    public static final int NOT_SAID = -1;

    /** Tokens of one call: ten times what Keepa's dearest call costs, a product batch of a hundred with all offers. */
    public static final int MOST_CONSUMED = 100_000;

    private static final int LONGEST_REFILL = 3_600_000;
    private static final long YEAR_2100 = 4_102_444_800_000L;

    /**
     * The meter, when this envelope read it. A refill rate of 0 means that it did not: Keepa answers an invalid key with
     * zeros all over, and believing them would close the gate for everybody. So would a date that has not come yet, beside which
     * all later readings look old, or a refill that is not due for longer than an hour.
     */
    public Optional<Reading> reading() {
        if (timestamp <= 0 || timestamp > YEAR_2100 || refillRate <= 0 || Math.abs((long) tokensLeft) > Integer.MAX_VALUE / 4) {
            return Optional.empty();
        }
        return Optional.of(new Reading(timestamp, tokensLeft, Math.min(LONGEST_REFILL, Math.max(0, refillIn)), refillRate,
                Math.max(0, flowReduction)));
    }

    /** Whether the call delivered what was asked for. */
    public boolean delivered(int status) {
        return status == 200 && error == null;
    }
}
