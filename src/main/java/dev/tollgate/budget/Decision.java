package dev.tollgate.budget;

import java.time.Instant;

/**
 * What a bucket answers to a call that wants to pass.
 *
 * @param verdict    what to do
 * @param at         when this was decided
 * @param waitMillis milliseconds from {@code at} until the call can pass as things stand: 0 when admitted, for a call that
 *                   waits the time after which to ask again, for a denied one the true wait; at most {@link #NEVER}
 */
public record Decision(Verdict verdict, Instant at, long waitMillis) {

    /** A wait without an end in sight, about a year: nothing refills the bucket. */
    public static final long NEVER = 365L * 24 * 60 * Plan.MINUTE;

    /** What to do with the call. */
    public enum Verdict {
        /** It may leave now; its price is reserved. */
        ADMITTED,
        /** It can pass within the caller's patience, but not yet. */
        WAIT,
        /** It would have to wait longer than it may; nothing was reserved. */
        DENIED
    }

    static Decision of(Verdict verdict, BucketState state, long wait) {
        return new Decision(verdict, Instant.ofEpochMilli(state.at()), Math.min(wait, NEVER));
    }

    public boolean admitted() {
        return verdict == Verdict.ADMITTED;
    }

    public boolean denied() {
        return verdict == Verdict.DENIED;
    }

    /** The moment the wait ends. */
    public Instant until() {
        return at.plusMillis(waitMillis);
    }
}
