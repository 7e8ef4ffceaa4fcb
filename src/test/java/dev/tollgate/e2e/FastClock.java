package dev.tollgate.e2e;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Time as it passes, until it is told to run faster, or to stand still; it never goes back. */
final class FastClock extends Clock {

    private record Pace(Instant since, long sinceNanos, int times) {
    }

    /** Begins tomorrow at ten, so that no day ends in the middle of a test. */
    private volatile Pace pace = new Pace(Instant.now().truncatedTo(ChronoUnit.DAYS).plus(34, ChronoUnit.HOURS), System.nanoTime(), 1);

    /** From now on so many seconds pass in one; with 0 none does but by leaps. */
    synchronized void speed(int times) {
        pace = new Pace(instant(), System.nanoTime(), times);
    }

    synchronized void leap(Duration by) {
        pace = new Pace(instant().plus(by), System.nanoTime(), pace.times);
    }

    @Override
    public Instant instant() {
        Pace now = pace;
        return now.since.plusNanos((System.nanoTime() - now.sinceNanos) * now.times);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
