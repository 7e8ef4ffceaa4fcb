package dev.tollgate.quota;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.disk.ChildJvm;
import dev.tollgate.disk.Crowd;

import static org.assertj.core.api.Assertions.assertThat;

class DailyQuotaCrowdTest {

    private static final int LIMIT = 1000;
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path directory;

    /** Sends "calls", a line each, from 64 threads until the day is spent. A line stands for a request that left. */
    static final class Sender {
        public static void main(String[] arguments) throws Exception {
            try (DailyQuota quota = open(Path.of(arguments[0]))) {
                Crowd.of(64, n -> () -> {
                    while (quota.take() instanceof QuotaDecision.Granted granted) {
                        System.out.println("call " + granted.callsToday());
                    }
                    return n;
                });
            }
        }
    }

    @Test
    void fiveThousandCallersShareExactlyTheLimit() throws Exception {
        long start = System.nanoTime();
        try (DailyQuota quota = open(directory.resolve("state.json"))) {
            List<QuotaDecision> decisions = Crowd.of(5_000, n -> quota::take);
            assertThat(decisions).filteredOn(QuotaDecision::isGranted).hasSize(LIMIT)
                    .extracting(decision -> ((QuotaDecision.Granted) decision).callsToday()).doesNotHaveDuplicates();
            assertThat(quota.view().callsToday()).isEqualTo(LIMIT);
        }
        System.out.printf("5000 callers, 1000 durable grants: %d ms%n", (System.nanoTime() - start) / 1_000_000);
    }

    @Test
    void killedInTheMiddleAndStartedAgainTheDayStillHasOneLimit() throws Exception {
        Path file = directory.resolve("state.json");
        int left = 0;
        Set<String> numbers = new HashSet<>();
        for (int killAfter : new int[] {1, 150, 150}) {
            ChildJvm sender = ChildJvm.start(List.of(), Sender.class, file.toString());
            List<String> calls = sender.lines(killAfter);
            sender.kill();
            calls.addAll(sender.lines(Integer.MAX_VALUE));
            left += calls.size();
            numbers.addAll(calls);
        }
        ChildJvm sender = ChildJvm.start(List.of(), Sender.class, file.toString());
        List<String> rest = sender.lines(Integer.MAX_VALUE);
        assertThat(sender.exitCode()).isZero();
        left += rest.size();
        numbers.addAll(rest);
        System.out.printf("three kills: %d of %d calls left%n", left, LIMIT);
        assertThat(left).isLessThanOrEqualTo(LIMIT).isGreaterThan(LIMIT - 3 * 65);
        assertThat(numbers).as("no number was granted twice").hasSize(left);
    }

    private static DailyQuota open(Path file) throws Exception {
        return DailyQuota.open(new QuotaSettings(file, LIMIT, ZoneOffset.UTC, OnCorruptState.SPENT), NOON);
    }
}
