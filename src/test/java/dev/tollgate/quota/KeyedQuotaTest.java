package dev.tollgate.quota;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.ManualClock;
import dev.tollgate.disk.Crowd;

import static org.assertj.core.api.Assertions.assertThat;

/** Each value of a key has its own calls of a day, week or month; what was counted is on disk. */
class KeyedQuotaTest {

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock();

    @Test
    void eachKeyHasItsOwnCalls() throws IOException {
        try (KeyedQuota quota = open(2)) {
            assertThat(take(quota, "a", 3)).containsExactly(true, true, false);
            assertThat(take(quota, "b", 1)).containsExactly(true);
            assertThat(quota.denial("a")).isPresent();
            assertThat(quota.denial("b")).isEmpty();
            assertThat(quota.keys()).isEqualTo(2);
            assertThat(quota.view().callsToday()).isEqualTo(3);
        }
    }

    @Test
    void aProcessThatDiesForgetsNothing() throws IOException {
        KeyedQuota killed = open(2); // never closed
        take(killed, "a", 2);
        take(killed, "b", 1);
        Path copy = Files.copy(file(), folder.resolve("copy.log"));
        Files.write(copy, "{\"key\":\"b\",\"day\":\"2026".getBytes(), StandardOpenOption.APPEND); // torn off

        try (KeyedQuota next = KeyedQuota.open(settings(copy, 2, CalendarPeriod.DAY, ZoneOffset.UTC), clock)) {
            assertThat(take(next, "a", 1)).containsExactly(false);
            assertThat(take(next, "b", 2)).containsExactly(true, false);
        }
    }

    @Test
    void manyCallersTogetherGetAsManyAsThereAre() throws Exception {
        try (KeyedQuota quota = open(7)) {
            List<Boolean> granted = Crowd.of(60, n -> () -> quota.take("k" + n % 3).isGranted());
            assertThat(granted).filteredOn(yes -> yes).hasSize(21);
        }
    }

    @Test
    void whatNeverLeftIsGivenBackOnce() throws IOException {
        try (KeyedQuota quota = open(1)) {
            Permit permit = ((QuotaDecision.Granted) quota.take("a")).permit();
            assertThat(quota.giveBack("a", permit)).isEqualTo(GiveBack.RETURNED);
            assertThat(quota.giveBack("a", permit)).isEqualTo(GiveBack.ALREADY_RETURNED);
            assertThat(take(quota, "a", 2)).containsExactly(true, false);
        }
    }

    @Test
    void aCallerMayInventNoMoreKeysThanThereIsRoomFor() throws IOException {
        try (KeyedQuota quota = open(1)) {
            for (int n = 0; n < KeyedQuota.MOST_KEYS; n++) {
                quota.take("k" + n);
            }
            assertThat(quota.take("one more")).isInstanceOfSatisfying(QuotaDecision.Denied.class,
                    denied -> assertThat(denied.reason()).contains("10000"));
            clock.advance(Duration.ofDays(1));
            assertThat(take(quota, "one more", 1)).as("yesterday's are forgotten").containsExactly(true);
            assertThat(quota.keys()).isOne();
        }
    }

    /** Noon of a Sunday, the first of March 2026, unless it says otherwise. */
    @ParameterizedTest(name = "{0} in {1} from {2} on begins anew at {3}")
    @CsvSource({
        "DAY, UTC, 2026-03-01T12:00:00Z, 2026-03-02T00:00:00Z",
        "WEEK, UTC, 2026-03-01T12:00:00Z, 2026-03-02T00:00:00Z",
        "WEEK, UTC, 2026-03-02T00:00:00Z, 2026-03-09T00:00:00Z",
        "WEEK, America/Los_Angeles, 2026-03-02T07:59:59Z, 2026-03-02T08:00:00Z",
        "WEEK, America/Los_Angeles, 2026-03-04T12:00:00Z, 2026-03-09T07:00:00Z",
        "MONTH, UTC, 2026-03-01T12:00:00Z, 2026-04-01T00:00:00Z",
        "MONTH, UTC, 2028-02-28T12:00:00Z, 2028-03-01T00:00:00Z",
        "MONTH, Asia/Tokyo, 2026-12-31T16:00:00Z, 2027-01-31T15:00:00Z",
        "MONTH, Europe/Oslo, 2026-03-15T12:00:00Z, 2026-03-31T22:00:00Z"})
    void aPeriodEndsWhenTheCalendarSaysSo(CalendarPeriod period, String zone, String from, String anew) throws IOException {
        clock.set(from);
        Instant end = Instant.parse(anew);
        for (boolean keyed : new boolean[] {true, false}) {
            clock.set(from);
            QuotaSettings settings = settings(folder.resolve(keyed + ".state"), 1, period, ZoneId.of(zone));
            try (KeyedQuota each = keyed ? KeyedQuota.open(settings, clock) : null; DailyQuota one = keyed ? null : DailyQuota.open(settings, clock)) {
                assertThat((keyed ? each.take("a") : one.take()).isGranted()).isTrue();
                clock.set(end.minusMillis(1).toString());
                QuotaDecision spent = keyed ? each.take("a") : one.take();
                assertThat(spent).isInstanceOfSatisfying(QuotaDecision.Denied.class, denied -> assertThat(denied.resetsAt()).isEqualTo(end));
                clock.set(anew);
                assertThat((keyed ? each.take("a") : one.take()).isGranted()).isTrue();
            }
        }
    }

    @Test
    void anEditOfThePeriodKeepsWhatWasCounted() throws IOException {
        clock.set("2026-03-12T12:00:00Z");
        QuotaSettings day = settings(folder.resolve("one.json"), 2, CalendarPeriod.DAY, ZoneOffset.UTC);
        try (DailyQuota one = DailyQuota.open(day, clock)) {
            one.take();
            one.change(2, ZoneOffset.UTC, CalendarPeriod.MONTH);
            assertThat(one.take().isGranted()).isTrue();
            clock.set("2026-03-20T12:00:00Z");
            assertThat(one.take().isGranted()).isFalse();
        }
        try (DailyQuota one = DailyQuota.open(settings(day.file(), 3, CalendarPeriod.WEEK, ZoneOffset.UTC), clock)) {
            assertThat(one.take().isGranted()).as("the next week").isTrue();
        }
    }

    private static List<Boolean> take(KeyedQuota quota, String key, int times) {
        return IntStream.range(0, times).mapToObj(n -> quota.take(key).isGranted()).toList();
    }

    private KeyedQuota open(int limit) throws IOException {
        return KeyedQuota.open(settings(file(), limit, CalendarPeriod.DAY, ZoneOffset.UTC), clock);
    }

    private Path file() {
        return folder.resolve("keys.log");
    }

    private static QuotaSettings settings(Path file, int limit, CalendarPeriod period, ZoneId zone) {
        return new QuotaSettings(file, limit, zone, OnCorruptState.SPENT, period);
    }
}
