package dev.tollgate.quota;

import java.time.Instant;

/**
 * The quota at one moment, for answers and the status page.
 *
 * @param callsToday calls counted today
 * @param limit      calls per day
 * @param resetsAt   the first instant of the next day in the quota's zone
 */
public record QuotaView(int callsToday, int limit, Instant resetsAt) {
}
