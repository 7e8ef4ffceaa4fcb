package dev.tollgate.logging;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the log events of this process that are not in table ApplicationLogs; they went to the console, or past every bound. */
public final class LogDrops {

    private final AtomicLong overflow = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    /** Events that found the queue (or, before the database was ready, the early buffer) full. */
    public long overflow() {
        return overflow.get();
    }

    /** Events that the database refused, or could not take before the gateway stopped. */
    public long failed() {
        return failed.get();
    }

    /** Both together, since the start. */
    public long total() {
        return overflow() + failed();
    }

    void countOverflow(long events) {
        overflow.addAndGet(events);
    }

    void countFailed(long events) {
        failed.addAndGet(events);
    }
}
