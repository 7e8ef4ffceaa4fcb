package dev.tollgate.quota;

import java.time.LocalDate;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** One call that was counted, on disk, and may leave. It can be given back once at most. */
public final class Permit {

    private static final long YOUNG = TimeUnit.SECONDS.toNanos(20);

    private final LocalDate day;
    private final long takenAt = System.nanoTime();
    private final AtomicBoolean held = new AtomicBoolean(true);

    Permit(LocalDate day) {
        this.day = day;
    }

    /** The day, in the quota's zone, that the call was counted on. */
    public LocalDate day() {
        return day;
    }

    /** Whether it was taken within the last 20 seconds, those of a paused machine included. */
    boolean isYoung() {
        return System.nanoTime() - takenAt < YOUNG;
    }

    boolean release() {
        return held.compareAndSet(true, false);
    }
}
