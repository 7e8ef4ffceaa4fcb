package dev.tollgate.upstream;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The deadlines of all exchanges under way, with one alarm for the first of them. An exchange that ends in time, as nearly every one
 * does, then arms no timer and wakes no thread.
 */
final class Deadlines {

    private static final long NEVER = Long.MAX_VALUE;

    /** Runs something later. */
    interface Timer {

        void in(long nanos, Runnable task);
    }

    private final LongSupplier nanos;
    private final Timer timer;
    private final long origin;
    /** Bound: exchanges under way, each of which has a connection or waits for one. */
    private final Set<Deadline> open = ConcurrentHashMap.newKeySet();
    /** When it rings, since {@link #origin}. An earlier one takes its place, and it then rings for nobody. */
    private volatile long alarm = NEVER;

    /**
     * @param nanos a time that only goes on
     * @param timer on whose thread exchanges are ended, which waits for nobody
     */
    Deadlines(LongSupplier nanos, Timer timer) {
        this.nanos = nanos;
        this.timer = timer;
        this.origin = nanos.getAsLong();
    }

    /** Nanoseconds since some moment. */
    long now() {
        return nanos.getAsLong() - origin;
    }

    /** Looks at it in so many nanoseconds at the latest, and from then on as often as it says, until it is forgotten. */
    void watch(Deadline deadline, long inNanos) {
        open.add(deadline); // before the alarm is read: one that rings meanwhile looks at it
        wakeIn(inNanos);
    }

    /** Looks at all of them in so many nanoseconds at the latest. */
    void wakeIn(long inNanos) {
        long at = now() + inNanos;
        if (at < alarm && isFirst(at)) {
            timer.in(inNanos, () -> ring(at));
        }
    }

    private synchronized boolean isFirst(long at) {
        if (at >= alarm) {
            return false;
        }
        alarm = at;
        return true;
    }

    private synchronized boolean isOver(long at) {
        if (at != alarm) {
            return false;
        }
        alarm = NEVER;
        return true;
    }

    private void ring(long at) {
        if (isOver(at)) {
            long first = open.stream().mapToLong(Deadline::look).min().orElse(NEVER);
            if (first != NEVER) {
                wakeIn(first);
            }
        }
    }

    /** The exchange has ended. */
    void forget(Deadline deadline) {
        open.remove(deadline);
    }
}
