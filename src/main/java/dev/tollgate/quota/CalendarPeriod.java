package dev.tollgate.quota;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;

/** How long calls are counted before the count begins anew. A period is named by its first day. */
public enum CalendarPeriod {
    /** From midnight to midnight. */
    DAY,
    /** From Monday to Sunday. */
    WEEK,
    /** From the first of a month to its last day. */
    MONTH;

    /** The first day of the period that a day belongs to. */
    public LocalDate startOf(LocalDate day) {
        return switch (this) {
            case DAY -> day;
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.withDayOfMonth(1);
        };
    }

    /** The first day of the period that follows the one which begins on that day. */
    public LocalDate after(LocalDate start) {
        return switch (this) {
            case DAY -> start.plusDays(1);
            case WEEK -> start.plusWeeks(1);
            case MONTH -> start.plusMonths(1);
        };
    }

    /** As in "the daily limit". */
    String adjective() {
        return this == DAY ? "daily" : this == WEEK ? "weekly" : "monthly";
    }
}
