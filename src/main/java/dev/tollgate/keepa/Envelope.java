package dev.tollgate.keepa;

import dev.tollgate.budget.Reading;
import java.util.Optional;

/**
 * The fields that every JSON reply of Keepa carries, good or bad.
 *
 * @param timestamp        Keepa's clock, epoch milliseconds
 * @param tokensLeft       whole tokens, may be negative
 * @param refillIn         milliseconds until the next refill
 * @param refillRate       tokens a minute
 * @param flowReduction    milli-tokens a minute that trackings take ({@code tokenFlowReduction}, a decimal on the wire)
 * @param tokensConsumed   what this call cost, {@link #NOT_SAID} when the reply does not tell
 * @param processingTimeInMs Keepa's own time
 * @param error            what went wrong, null when nothing did; Keepa sends errors with status 200 too
 */
public record Envelope(long timestamp, int tokensLeft, int refillIn, int refillRate, long flowReduction,
        int tokensConsumed, int processingTimeInMs, KeepaError error) {

    /** {@code tokensConsumed} is missing. */
    public static final int NOT_SAID = -1;

    /**
     * The meter, when this envelope read it. A refill rate of 0 means that it did not: Keepa answers an invalid key with
     * zeros all over, and believing them would close the gate for everybody.
     */
    public Optional<Reading> reading() {
        if (timestamp <= 0 || refillRate <= 0 || Math.abs((long) tokensLeft) > Integer.MAX_VALUE / 4) {
            return Optional.empty();
        }
        return Optional.of(new Reading(timestamp, tokensLeft, Math.max(0, refillIn), refillRate,
                Math.max(0, flowReduction)));
    }

    /** Whether the call delivered what was asked for. */
    public boolean delivered(int status) {
        return status == 200 && error == null;
    }
}
