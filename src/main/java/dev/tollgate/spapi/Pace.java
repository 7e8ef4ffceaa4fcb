package dev.tollgate.spapi;

import java.time.Duration;

/**
 * Whether a call may go, and when.
 *
 * @param admitted whether it may; a call that may not has taken nobody's turn
 * @param delay    admitted: how long to wait before it leaves, zero for now; else: when asking again may help
 */
public record Pace(boolean admitted, Duration delay) {

    static Pace go(long nanos) {
        return new Pace(true, Duration.ofNanos(nanos));
    }

    static Pace deny(long nanos) {
        return new Pace(false, Duration.ofNanos(nanos));
    }

    /** For a delay in a route: whole milliseconds, rounded up. */
    public long delayMillis() {
        return (delay.toNanos() + 999_999) / 1_000_000;
    }

    /** For a {@code Retry-After} header: whole seconds, at least one. */
    public long retryAfterSeconds() {
        return Math.max(1, (delay.toMillis() + 999) / 1000);
    }
}
