package dev.tollgate.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SharedClockTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Instant START = Instant.parse("2026-11-22T23:59:00Z");

    private final AtomicLong counter = new AtomicLong(77 * SECOND);
    private final SharedClock clock = new SharedClock(counter::get);

    @Test
    void theTimeIsTheDatabasesAtTheMiddleOfTheRoundTripAndPassesByTheCounter() {
        answer(START, 4);
        assertThat(apart(START)).isLessThanOrEqualTo(Duration.ofMillis(2 + 1));
        counter.addAndGet(40 * SECOND);
        assertThat(apart(START.plusSeconds(40))).isLessThanOrEqualTo(Duration.ofMillis(2 + 1));
    }

    @Test
    void aSlowAnswerDoesNotSpoilWhatAQuickOneToldAndAVeryOldOneGivesWay() {
        answer(START, 2);
        counter.addAndGet(2 * SECOND);
        answer(START.plusSeconds(2).plusMillis(400), 1_000);
        assertThat(clock.error()).isLessThan(Duration.ofMillis(5));
        counter.addAndGet(36_000 * SECOND);
        answer(START.plusSeconds(36_003), 1_000);
        assertThat(clock.error()).isLessThan(Duration.ofMillis(502));
    }

    @Test
    void aDatabaseWhoseClockWasSetIsFollowedAtOnce() {
        for (int minutes : new int[] {5, -5}) {
            Instant set = clockNow(START).plus(Duration.ofMinutes(minutes));
            answer(set, 1_000);
            assertThat(apart(set)).isLessThan(Duration.ofMillis(502));
        }
    }

    /** The error that is told covers the true one, for whatever round trip. */
    @Test
    void theErrorThatIsToldIsNeverTooSmall() {
        for (int trip = 0; trip < 2_000; trip += 37) {
            for (int part = 0; part <= 10; part++) {
                AtomicLong nanos = new AtomicLong(SECOND);
                SharedClock asked = new SharedClock(nanos::get);
                long before = nanos.get();
                long there = trip * 1_000_000L * part / 10;
                asked.hear(START.toEpochMilli(), before, before + trip * 1_000_000L);
                nanos.set(before + there);
                assertThat(Duration.between(START, asked.instant()).abs()).isLessThanOrEqualTo(asked.error().plusNanos(2));
            }
        }
    }

    private Instant clockNow(Instant first) {
        answer(first, 2);
        return clock.instant();
    }

    private void answer(Instant told, int tripMillis) {
        long asked = counter.get();
        counter.addAndGet(tripMillis * 1_000_000L / 2);
        clock.hear(told.toEpochMilli(), asked, asked + tripMillis * 1_000_000L);
    }

    private Duration apart(Instant expected) {
        return Duration.between(expected, clock.instant()).abs();
    }
}
