package dev.tollgate.quota;

import java.time.LocalDate;
import java.util.concurrent.atomic.AtomicBoolean;

/** One call that was counted, on disk, and may leave. It can be given back once at most. */
public final class Permit {

    private final LocalDate day;
    private final AtomicBoolean held = new AtomicBoolean(true);

    Permit(LocalDate day) {
        this.day = day;
    }

    /** The day, in the quota's zone, that the call was counted on. */
    public LocalDate day() {
        return day;
    }

    boolean release() {
        return held.compareAndSet(true, false);
    }
}
