package dev.tollgate.quota;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The quota at one moment, for answers and the status page.
 *
 * @param callsToday calls counted today
 * @param limit      calls per day
 * @param resetsAt   the first instant of the next day in the quota's zone
 * @param uncounted  calls of today that are not in {@code callsToday}, because the state file was deleted while nobody ran; 0
 *                   when none are known of
 */
public record QuotaView(int callsToday, int limit, Instant resetsAt, int uncounted) {

    /** What is wrong with the count, as a sentence; null when nothing is known to be. */
    public @Nullable String warning() {
        return uncounted == 0 ? null : "The state file was deleted while the gateway was stopped; " + uncounted
                + " calls of today are not counted.";
    }
}
