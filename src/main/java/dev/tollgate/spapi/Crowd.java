package dev.tollgate.spapi;

import java.util.Arrays;

/**
 * The application's own limit, over all sellers: a calendar of short stretches, each taking a few calls. Unlike a bucket's
 * queue it lets one seller's late turn stand far in the future without holding up the others. Not safe for several threads.
 */
final class Crowd {

    private static final long SECOND = 1_000_000_000L;
    private static final int STRETCHES_A_SECOND = 10;

    private final long stretch;
    private final int calls;
    private final int[] taken;
    private final long[] number;

    /**
     * @param perSecond calls a second, at least 1
     * @param horizon   nanoseconds; no turn is further away
     */
    Crowd(int perSecond, long horizon) {
        int stretches = Math.min(STRETCHES_A_SECOND, perSecond);
        this.stretch = SECOND / stretches;
        this.calls = perSecond / stretches;
        int length = Math.toIntExact(horizon / stretch + 2);
        this.taken = new int[length];
        this.number = new long[length];
        Arrays.fill(number, Long.MIN_VALUE);
    }

    /** The first time from then on at which one more call may leave; -1 when there is none before the horizon. */
    long next(long from) {
        long first = Math.floorDiv(from, stretch);
        for (long one = first; one < first + taken.length; one++) {
            if (room(one)) {
                return Math.max(from, one * stretch);
            }
        }
        return -1;
    }

    void take(long at) {
        long one = Math.floorDiv(at, stretch);
        int place = place(one);
        taken[place] = number[place] == one ? taken[place] + 1 : 1;
        number[place] = one;
    }

    /** A place still held by a later stretch than asked for counts as full: it lies beyond the horizon. */
    private boolean room(long one) {
        int place = place(one);
        return number[place] < one || (number[place] == one && taken[place] < calls);
    }

    private int place(long one) {
        return (int) Math.floorMod(one, (long) taken.length);
    }
}
