package dev.tollgate.quota;

import java.time.LocalDate;

/**
 * How many calls were counted on which day. Immutable; every change is a new state.
 *
 * @param day        the calendar day, in the quota's zone, that {@code callsToday} belongs to
 * @param callsToday calls counted that day, 0 or more
 */
public record QuotaState(LocalDate day, int callsToday) {

    /** @throws IllegalArgumentException when {@code callsToday} is negative */
    public QuotaState {
        if (callsToday < 0) {
            throw new IllegalArgumentException("calls_today must be 0 or more, not " + callsToday);
        }
    }

    /**
     * The state as seen on a day: a later day starts at 0. An earlier day changes nothing, for a clock that steps back
     * over midnight must not open a day a second time.
     */
    public QuotaState on(LocalDate today) {
        return today.isAfter(day) ? new QuotaState(today, 0) : this;
    }

    /**
     * Whether one more call fits. It never does on a day before {@link #day}: what that earlier day had used is no
     * longer known, so it counts as spent until the clock has caught up.
     *
     * @param limit calls per day, 0 or more
     */
    public boolean allows(LocalDate today, int limit) {
        return today.equals(day) && callsToday < limit;
    }

    /** One call more. */
    public QuotaState counted() {
        return new QuotaState(day, Math.addExact(callsToday, 1));
    }

    /** One call less, if the call was counted on this state's day; a day that is over is left alone. */
    public QuotaState givenBack(LocalDate countedOn) {
        return countedOn.equals(day) && callsToday > 0 ? new QuotaState(day, callsToday - 1) : this;
    }

    /** The calls to show for a day: all of them when that day counts as spent because the state is ahead of it. */
    public int callsShownOn(LocalDate today, int limit) {
        return today.isBefore(day) ? Math.max(limit, 0) : on(today).callsToday;
    }
}
