package dev.tollgate.kit;

import java.time.Duration;
import java.time.Instant;

/**
 * How long to leave an upstream alone that refuses and does not say for how long: twice as long each time that it refuses the
 * calls which leave after a pause, from the beginning again once it has served one of them. Safe for use by many threads.
 */
final class Backoff {

    /** Doublings at most: about a thousand times the first pause. */
    private static final int MOST = 10;

    private Instant refusedAt = Instant.MIN;
    private Instant refusedBefore = Instant.MIN;
    private int doublings;
    private boolean served = true;

    /**
     * @param left when the refused call left: of calls that were under way together the first one counts
     * @param first the pause after a single refusal
     * @param longest no pause is longer
     */
    synchronized Duration refused(Instant left, Instant now, Duration first, Duration longest) {
        if (left.isAfter(refusedAt)) {
            doublings = served ? 0 : Math.min(MOST, doublings + 1);
            served = false;
            refusedBefore = refusedAt;
            refusedAt = now;
        }
        Duration pause = first.multipliedBy(1L << doublings);
        return pause.compareTo(longest) > 0 ? longest : pause;
    }

    /** @param left when the call left that was served */
    synchronized void served(Instant left) {
        served |= left.isAfter(refusedBefore);
    }
}
