package dev.tollgate.quota;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.ManualClock;

import static org.assertj.core.api.Assertions.assertThat;

class DailyQuotaDaysTest {

    private static final ZoneId LOS_ANGELES = ZoneId.of("America/Los_Angeles");
    private static final int LIMIT = 3;

    @TempDir
    Path directory;

    @Test
    void theDayIsThatOfLosAngelesNotOfGreenwich() throws Exception {
        ManualClock clock = new ManualClock("2026-11-22T23:59:59-08:00");
        try (DailyQuota quota = open(LOS_ANGELES, clock)) {
            assertThat(grants(quota)).isEqualTo(LIMIT);
            assertThat(quota.view().resetsAt()).isEqualTo(Instant.parse("2026-11-23T08:00:00Z"));
            clock.set("2026-11-23T00:00:00-08:00");
            assertThat(grants(quota)).isEqualTo(LIMIT);
        }
    }

    @ParameterizedTest(name = "{0} from {1}")
    @CsvSource({
        "America/Los_Angeles, 2026-03-07T00:00:00Z, 2026-03-10T00:00:00Z",
        "America/Los_Angeles, 2026-10-31T00:00:00Z, 2026-11-03T00:00:00Z",
        "Europe/Berlin,       2026-03-28T00:00:00Z, 2026-03-31T00:00:00Z",
        "Europe/Berlin,       2026-10-24T00:00:00Z, 2026-10-27T00:00:00Z",
        // Midnight itself is skipped, or comes twice.
        "America/Sao_Paulo,   2018-11-03T00:00:00Z, 2018-11-06T00:00:00Z",
        "America/Sao_Paulo,   2018-02-16T00:00:00Z, 2018-02-20T00:00:00Z",
        "America/Havana,      2026-10-31T00:00:00Z, 2026-11-03T00:00:00Z",
        "Africa/Cairo,        2026-04-23T00:00:00Z, 2026-04-26T00:00:00Z",
        // 00:01 went back to 23:01 of the day before.
        "America/St_Johns,    2010-11-05T00:00:00Z, 2010-11-10T00:00:00Z",
        // 30 December 2011 did not exist.
        "Pacific/Apia,        2011-12-28T00:00:00Z, 2012-01-02T00:00:00Z",
    })
    void noLocalDayGetsMoreThanTheLimitWhateverItsLength(ZoneId zone, Instant from, Instant to) throws Exception {
        ManualClock clock = new ManualClock(from.toString());
        Map<LocalDate, Integer> perDay = new TreeMap<>();
        try (DailyQuota quota = open(zone, clock)) {
            for (Instant at = from; at.isBefore(to); at = at.plus(Duration.ofMinutes(10))) {
                clock.set(at.toString());
                LocalDate day = LocalDate.ofInstant(at, zone);
                perDay.merge(day, grants(quota), Integer::sum);
                assertThat(quota.view().resetsAt()).isAfter(at);
            }
        }
        assertThat(perDay.values()).containsOnly(LIMIT);
    }

    @Test
    void theResetIsAnnouncedRightOnDaysOf23And25Hours() throws Exception {
        assertResets("2026-03-08T12:00:00-07:00", "2026-03-09T00:00:00-07:00");
        assertResets("2026-03-08T00:30:00-08:00", "2026-03-09T00:00:00-07:00");
        assertResets("2026-11-01T00:30:00-07:00", "2026-11-02T00:00:00-08:00");
    }

    @Test
    void aRestartOneSecondBeforeMidnightGrantsNothingTwice() throws Exception {
        ManualClock clock = new ManualClock("2026-11-22T23:59:58-08:00");
        try (DailyQuota quota = open(LOS_ANGELES, clock)) {
            assertThat(grants(quota)).isEqualTo(LIMIT);
        }
        clock.set("2026-11-22T23:59:59-08:00");
        try (DailyQuota quota = open(LOS_ANGELES, clock)) {
            assertThat(grants(quota)).isZero();
            clock.set("2026-11-23T00:00:00-08:00");
            assertThat(grants(quota)).isEqualTo(LIMIT);
        }
        try (DailyQuota quota = open(LOS_ANGELES, clock)) {
            assertThat(grants(quota)).isZero();
        }
    }

    @Test
    void aClockThatStepsBackOverMidnightGrantsNoSecondQuota() throws Exception {
        ManualClock clock = new ManualClock("2026-11-22T23:59:59-08:00");
        try (DailyQuota quota = open(LOS_ANGELES, clock)) {
            assertThat(grants(quota)).isEqualTo(LIMIT);
            clock.set("2026-11-23T00:00:01-08:00");
            assertThat(quota.take().isGranted()).isTrue();
            clock.set("2026-11-22T23:59:59-08:00");
            assertThat(quota.take()).isInstanceOfSatisfying(QuotaDecision.Denied.class, denied -> {
                assertThat(denied.reason()).contains("the clock says 2026-11-22 but calls of 2026-11-23");
                assertThat(denied.callsToday()).isEqualTo(LIMIT);
                assertThat(denied.resetsAt()).isEqualTo(Instant.parse("2026-11-23T08:00:00Z"));
            });
            clock.set("2026-11-23T00:00:05-08:00");
            assertThat(grants(quota)).as("the 23rd had used one").isEqualTo(LIMIT - 1);
        }
    }

    @Test
    void aCallWhoseCountIsWrittenOverMidnightCountsOnTheDayItLeaves() throws Exception {
        ManualClock hand = new ManualClock("2026-11-22T23:59:59-08:00");
        int[] looks = {0};
        // The clock is read to open, to decide, and again when the count is on disk: midnight lies between the last two.
        InstantSource clock = () -> {
            if (looks[0]++ == 2) {
                hand.set("2026-11-23T00:00:00-08:00");
            }
            return hand.instant();
        };
        try (DailyQuota quota = open(LOS_ANGELES, clock.withZone(LOS_ANGELES))) {
            assertThat(quota.take()).isInstanceOfSatisfying(QuotaDecision.Granted.class, granted -> {
                assertThat(granted.permit().day()).isEqualTo(LocalDate.parse("2026-11-23"));
                assertThat(granted.callsToday()).isEqualTo(1);
            });
        }
    }

    private void assertResets(String now, String at) throws IOException {
        try (DailyQuota quota = open(LOS_ANGELES, new ManualClock(now))) {
            assertThat(quota.view().resetsAt()).isEqualTo(OffsetDateTime.parse(at).toInstant());
        }
    }

    private static int grants(DailyQuota quota) {
        int grants = 0;
        while (quota.take().isGranted()) {
            grants++;
        }
        return grants;
    }

    private DailyQuota open(ZoneId zone, Clock clock) throws IOException {
        return DailyQuota.open(
                new QuotaSettings(directory.resolve("state.json"), LIMIT, zone, OnCorruptState.SPENT), clock);
    }
}
