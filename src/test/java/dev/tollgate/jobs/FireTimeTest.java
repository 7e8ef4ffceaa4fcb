package dev.tollgate.jobs;

import java.time.Instant;
import java.util.Date;
import java.util.TimeZone;

import org.junit.jupiter.api.Test;
import org.quartz.CronScheduleBuilder;
import org.quartz.CronTrigger;
import org.quartz.TriggerBuilder;

import static org.assertj.core.api.Assertions.assertThat;

class FireTimeTest {

    private static final CronTrigger AT_TWO = TriggerBuilder.newTrigger().startAt(date("2026-03-01T20:00:00Z"))
            .withSchedule(CronScheduleBuilder.cronSchedule("0 0 2 * * ?").inTimeZone(TimeZone.getTimeZone("Asia/Kathmandu"))).build();

    @Test
    void itIsTheTimeThatTheScheduleWantedHoweverLateItFired() {
        assertThat(FireTime.stamp(AT_TWO, null)).as("the first after the start").isEqualTo("20260301T201500Z");
        assertThat(FireTime.stamp(AT_TWO, date("2026-03-01T20:15:00Z"))).isEqualTo("20260302T201500Z");
        assertThat(FireTime.stamp(AT_TWO, date("2026-03-01T20:17:31Z"))).as("after one that fired late").isEqualTo("20260302T201500Z");
    }

    private static Date date(String time) {
        return Date.from(Instant.parse(time));
    }
}
