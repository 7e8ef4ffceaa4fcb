package dev.tollgate.spapi;

import java.util.function.UnaryOperator;

/**
 * The turns of one token bucket, given out ahead of time (the generic cell rate algorithm). Immutable; times are
 * nanoseconds of one clock.
 *
 * <p>A bucket here refills a hundredth slower than Amazon's and holds less by what that does not make up for: the first calls
 * need a connection and arrive late, by {@value #LATE} ns at most, the ones after them do not, and Amazon counts arrivals.
 * 200 calls at 5 a second and a burst of 10 so take 38.8 s rather than 38; 15 that may come each minute leave at once.
 *
 * @param rate     as published or learned
 * @param full     when the bucket would be full again
 * @param refusals 429 answers since the last that was none
 */
record Turns(OperationRate rate, long full, int refusals) {

    private static final int SLOWER = 100;
    private static final long LATE = 400_000_000L;
    private static final int MOST_SPACING = 10;
    private static final int MOST_DOUBLINGS = 6;
    private static final long LONGEST_PAUSE = 60_000_000_000L;

    static Turns of(OperationRate rate) {
        return new Turns(rate, Long.MIN_VALUE, 0);
    }

    /** When the next call may leave. */
    long next(long now) {
        return Math.max(now, full == Long.MIN_VALUE ? now : full - tolerance());
    }

    /** After a call that leaves then. */
    Turns taken(long at) {
        boolean idle = full < at - interval() - spacing(); // its connection may be gone, so it may be late
        long begun = idle ? Math.max(0, late() - slack()) : 0;
        return new Turns(rate, Math.max(full, at) + interval() + begun, refusals);
    }

    /** After an answer with Amazon's own word on the rate. */
    Turns answered(UnaryOperator<OperationRate> learned) {
        return new Turns(learned.apply(rate), full, 0);
    }

    /** After a 429: the bucket is empty, and each one in a row waits twice as long, up to a minute. */
    Turns refused(long now) {
        long pause = Math.min(LONGEST_PAUSE, interval() << Math.min(MOST_DOUBLINGS, refusals));
        return new Turns(rate, Math.max(full, now + tolerance() + Math.max(pause, interval())), refusals + 1);
    }

    boolean idleAt(long now) {
        return refusals == 0 && full <= now;
    }

    private long interval() {
        return rate.nanosPerCall() + rate.nanosPerCall() / SLOWER;
    }

    /**
     * How far ahead of an even spacing calls may go: what the bucket holds after its first call, less the lateness. One that
     * holds a single call is called a little further apart instead, by a tenth at most.
     */
    private long tolerance() {
        return Math.max(interval() * (rate.burst() - 1) - late(), -spacing());
    }

    /** What of the lateness is not made up for by the slower refill. */
    private long late() {
        return Math.max(0, LATE - rate.nanosPerCall() / SLOWER);
    }

    /** How much of it the bucket's own size and spacing make up for. */
    private long slack() {
        return interval() * (rate.burst() - 1) + spacing();
    }

    private long spacing() {
        return rate.nanosPerCall() / MOST_SPACING;
    }
}
