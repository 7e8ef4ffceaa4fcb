package dev.tollgate.jobs;

import java.text.ParseException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.Locale;

import org.apache.camel.Message;
import org.quartz.CronExpression;
import org.quartz.CronTrigger;

/**
 * When a schedule wanted to fire, which may be before it did: the same at all nodes that have the schedule, also at one that was
 * paused meanwhile. A job with this in its id is ordered once by all of them.
 */
public final class FireTime {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private FireTime() {
    }

    /** In UTC, of digits and letters. */
    public static String of(Message fired) {
        return stamp(fired.getHeader("trigger", CronTrigger.class), fired.getHeader("previousFireTime", Date.class));
    }

    /** @param previous when it fired before; null: not since it was started */
    static String stamp(CronTrigger trigger, Date previous) {
        Date since = previous == null ? new Date(trigger.getStartTime().getTime() - 1000) : previous; // as Quartz looks for the first
        try {
            CronExpression times = new CronExpression(trigger.getCronExpression());
            times.setTimeZone(trigger.getTimeZone());
            return STAMP.format(Instant.ofEpochMilli(times.getTimeAfter(since).getTime()));
        } catch (ParseException e) {
            throw new IllegalStateException("It has fired", e);
        }
    }
}
