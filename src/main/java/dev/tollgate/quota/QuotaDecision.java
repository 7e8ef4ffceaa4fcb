package dev.tollgate.quota;

import java.time.Instant;

/** What the quota says to one call. */
public sealed interface QuotaDecision {

    /** For routes, which cannot ask for a type. */
    default boolean isGranted() {
        return this instanceof Granted;
    }

    /**
     * The call is counted, durably, and may leave now.
     *
     * @param callsToday calls counted today, this one included
     * @param permit     to be given back only if the call certainly never left
     */
    record Granted(int callsToday, Permit permit) implements QuotaDecision {
    }

    /**
     * The call may not leave. Nothing was counted.
     *
     * @param callsToday calls counted today; the limit when the day counts as spent for another reason
     * @param limit      calls per day
     * @param resetsAt   when the next call can be granted: the first instant of the next day in the quota's zone
     * @param reason     a sentence for the caller
     */
    record Denied(int callsToday, int limit, Instant resetsAt, String reason) implements QuotaDecision {
    }
}
