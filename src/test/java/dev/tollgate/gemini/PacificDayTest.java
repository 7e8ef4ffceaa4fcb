package dev.tollgate.gemini;

import java.time.Instant;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PacificDayTest {

    @ParameterizedTest(name = "{2}")
    @CsvSource({
            "2026-01-15T12:00:00Z, 2026-01-16T08:00:00Z, in winter it is at 8 UTC",
            "2026-07-15T12:00:00Z, 2026-07-16T07:00:00Z, in summer it is at 7 UTC",
            "2026-01-15T07:59:59Z, 2026-01-15T08:00:00Z, a second before",
            "2026-01-15T08:00:00Z, 2026-01-16T08:00:00Z, at midnight itself the next one counts",
            "2026-03-08T07:30:00Z, 2026-03-08T08:00:00Z, before the day that has 23 hours",
            "2026-03-08T08:00:00Z, 2026-03-09T07:00:00Z, the day that has 23 hours",
            "2026-03-08T10:30:00Z, 2026-03-09T07:00:00Z, after the clock has gone forward",
            "2026-11-01T06:59:59Z, 2026-11-01T07:00:00Z, before the day that has 25 hours",
            "2026-11-01T07:00:00Z, 2026-11-02T08:00:00Z, the day that has 25 hours",
            "2026-11-01T09:30:00Z, 2026-11-02T08:00:00Z, after the clock has gone back",
            "2026-12-31T23:00:00Z, 2027-01-01T08:00:00Z, over the year" })
    void theDayEndsAtMidnightInCalifornia(Instant now, Instant midnight, String name) {
        assertThat(PacificDay.nextMidnight(now)).isEqualTo(midnight);
    }
}
