package dev.tollgate.spapi;

/**
 * The turns of one token bucket, given out ahead of time (the generic cell rate algorithm). Immutable; times are
 * nanoseconds of one clock.
 *
 * <p>A bucket here holds a fifth less, one call at least, and refills a hundredth slower than Amazon's: the first calls need
 * a connection and arrive late, the ones after them do not, and Amazon counts arrivals. 200 calls at 5 a second and a burst
 * of 10 so take 38.8 s rather than 38.
 *
 * @param rate     as published or learned
 * @param full     when the bucket would be full again
 * @param refusals 429 answers since the last that was none
 */
record Turns(OperationRate rate, long full, int refusals) {

    private static final int SLOWER = 100;
    private static final int SMALLER = 5;
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
        return new Turns(rate, Math.max(full, at) + interval(), refusals);
    }

    /** After an answer with Amazon's own word on the rate. */
    Turns answered(String header) {
        return new Turns(rate.limitedTo(header), full, 0);
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

    /** How far ahead of an even spacing calls may go: what the bucket holds after its first call. */
    private long tolerance() {
        int less = Math.max(1, rate.burst() / SMALLER);
        return interval() * (Math.max(1, rate.burst() - less) - 1);
    }
}
