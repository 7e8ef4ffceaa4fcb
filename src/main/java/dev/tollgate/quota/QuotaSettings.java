package dev.tollgate.quota;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * What a daily quota is made of.
 *
 * @param file           state file; its directory is created
 * @param limit          calls per period, 0 or more; 0 denies every call
 * @param zone           whose midnight starts a day
 * @param onCorruptState what an untrustworthy file means
 * @param period         how long calls are counted
 */
public record QuotaSettings(Path file, int limit, ZoneId zone, OnCorruptState onCorruptState, CalendarPeriod period) {

    /** A limit by the day. */
    public QuotaSettings(Path file, int limit, ZoneId zone, OnCorruptState onCorruptState) {
        this(file, limit, zone, onCorruptState, CalendarPeriod.DAY);
    }

    /** @throws IllegalArgumentException when the limit is negative */
    public QuotaSettings {
        if (limit < 0) {
            throw new IllegalArgumentException("the daily limit must be 0 or more, not " + limit);
        }
    }

    /**
     * The first day of the period that an instant belongs to; right on days of 23 and 25 hours because the zone's rules
     * decide.
     */
    public LocalDate dayOf(Instant now) {
        return period.startOf(LocalDate.ofInstant(now, zone));
    }

    /** Of a call that does not fit a count. */
    QuotaDecision.Denied denied(QuotaState state, Instant now) {
        LocalDate today = dayOf(now);
        return denied(state, now, today.isBefore(state.day())
                ? "the clock says " + today + " but calls of " + state.day() + " have been counted, so today counts as spent"
                : "the " + period.adjective() + " limit of " + limit + " calls is reached");
    }

    /** The same for another reason. */
    QuotaDecision.Denied denied(QuotaState state, Instant now, String reason) {
        return new QuotaDecision.Denied(state.callsShownOn(dayOf(now), limit), limit, resetsAt(state, now), reason);
    }

    /** Of a call with a key that has no count and gets none in this period. */
    QuotaDecision.Denied full(Instant now) {
        return denied(new QuotaState(dayOf(now), 0), now, "more than " + KeyedQuota.MOST_KEYS + " callers are counted already");
    }

    /** When a count begins anew. */
    Instant resetsAt(QuotaState state, Instant now) {
        LocalDate today = dayOf(now);
        return startOf(state.day().isAfter(today) ? state.day() : period.after(today), now);
    }

    /**
     * The next start of a day. Not always 00:00, for some zones skip midnight when summer time starts; and the second
     * one, if midnight comes twice and the first is past.
     */
    private Instant startOf(LocalDate day, Instant now) {
        ZonedDateTime first = day.atStartOfDay(zone);
        return (first.toInstant().isAfter(now) ? first : first.withLaterOffsetAtOverlap()).toInstant();
    }
}
