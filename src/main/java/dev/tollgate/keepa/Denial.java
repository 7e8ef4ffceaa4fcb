package dev.tollgate.keepa;

import java.time.Duration;
import java.time.Instant;

import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Plan;

/**
 * "Not now" in Keepa's own words: status 429, this envelope, and {@code Retry-After}.
 *
 * <p>Two formulas are known to read it. The Java client comes back after {@code refillIn + 100 ms} and looks at nothing
 * else. The Python client comes back at {@code timestamp + refillIn + 1 s}, and when {@code tokensLeft} is negative
 * {@code |tokensLeft| / refillRate} minutes after that. One envelope is true for both only when {@code refillIn} is the
 * whole wait and {@code tokensLeft} is 0: a negative balance would make Python wait twice, and Keepa's own
 * {@code refillIn} (to the next minute) would bring Java back once a minute to be denied again. So {@code refillIn} may be
 * more than a minute here, and the balance itself is told by {@code /token}.
 *
 * @param envelope          the body; no error object, as in Keepa's own refusals
 * @param retryAfterSeconds the same wait for everybody else, rounded up
 */
public record Denial(Envelope envelope, long retryAfterSeconds) {

    /** Nobody is sent away for longer: the plan may have changed by then. */
    static final long LONGEST_MILLIS = 60 * Plan.MINUTE;

    /** The status that goes with it. */
    public static final int STATUS = 429;

    /**
     * The answer to a call that was denied.
     *
     * @param trueWait a wait without end is told as one hour
     * @param state    where refill rate and flow reduction come from
     * @param now      this machine's time; the Python client adds the wait to it
     */
    public static Denial of(Duration trueWait, BucketState state, Instant now) {
        long wait = Math.max(1, Math.min(trueWait.toMillis(), LONGEST_MILLIS));
        int rate = Math.max(1, state.plan().refillRate());
        Envelope envelope = new Envelope(now.toEpochMilli(), 0, (int) wait, rate, state.plan().flowReduction(), 0, 0, null);
        return new Denial(envelope, (wait + 999) / 1000);
    }

    /** What {@code /token} answers here: the shared balance itself, rounded down, and the true time of the next refill. */
    public static Envelope token(BucketState state, Instant now) {
        long refillIn = Math.max(0, Math.min(state.plan().tick(), state.nextTick() - now.toEpochMilli()));
        return new Envelope(now.toEpochMilli(), (int) Math.floorDiv(state.balance(), Plan.TOKEN), (int) refillIn,
                Math.max(1, state.plan().refillRate()), state.plan().flowReduction(), 0, 0, null);
    }
}
