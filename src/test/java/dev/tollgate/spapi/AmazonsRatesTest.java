package dev.tollgate.spapi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.spapi.PacedCalls.Way;

import static org.assertj.core.api.Assertions.assertThat;

/** Every operation of the table, called as often as it may be, against buckets of Amazon's that count arrivals. */
class AmazonsRatesTest {

    private static final long TEN_MINUTES = Duration.ofMinutes(10).toMillis();
    private static final long CALLS_AFTER_THE_BURST = 600;

    private final Operations table = Operations.packaged();
    private final PacedCalls calls = new PacedCalls(new OperationRates(table, Map.of()), Duration.ofMinutes(10));

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void asManyCallsOfEveryOperationAsItPermitsMeetNo429(long seed) {
        Random random = new Random(seed);
        Map<Operations.Operation, List<Long>> arrivals = new HashMap<>();
        long begun = calls.now();
        table.all().stream().filter(one -> one.rate() != null)
                .forEach(one -> IntStream.range(0, 2 * one.rate().burst()).forEach(call -> again(one, random, begun, arrivals)));
        calls.runUntil(begun + TEN_MINUTES);

        assertThat(arrivals).hasSizeGreaterThan(360);
        arrivals.forEach((operation, times) -> {
            assertThat(refused(operation.rate(), times)).as(operation.name()).isZero();
            double permitted = operation.rate().burst() + lasts(operation) * 1e6 / operation.rate().nanosPerCall();
            long inTime = times.stream().filter(at -> at <= lasts(operation) * 1_000_000).count();
            assertThat((double) inTime).as(operation.name() + " of " + permitted).isGreaterThan(permitted * 0.88 - 1);
        });
    }

    /** How long it is called, in milliseconds: ten minutes, or what so many calls after the burst take where that is less. */
    private static long lasts(Operations.Operation operation) {
        return Math.min(TEN_MINUTES, CALLS_AFTER_THE_BURST * operation.rate().nanosPerCall() / 1_000_000);
    }

    /** Whoever is answered asks once more, so that somebody always waits. */
    private void again(Operations.Operation operation, Random random, long begun, Map<Operations.Operation, List<Long>> arrivals) {
        calls.call("A1SELLER", operation.name(), left -> {
            List<Long> seen = arrivals.computeIfAbsent(operation, one -> new ArrayList<>());
            // The first call pays for the connection; what comes after it is late by less.
            long late = seen.isEmpty() ? 350 : random.nextLong(90);
            seen.add((left + late - begun) * 1_000_000);
            return new Way(late, late + random.nextLong(60));
        }, answered -> {
            if (calls.now() - begun < lasts(operation)) {
                again(operation, random, begun, arrivals);
            }
        });
    }

    /** How many of these calls a bucket of Amazon's refuses. */
    private static int refused(OperationRate rate, List<Long> arrivals) {
        double tokens = rate.burst();
        long last = 0;
        int refused = 0;
        for (long at : arrivals.stream().sorted().toList()) {
            tokens = Math.min(rate.burst(), tokens + (double) (at - last) / rate.nanosPerCall());
            last = at;
            if (tokens + 1e-9 >= 1) {
                tokens--;
            } else {
                refused++;
            }
        }
        return refused;
    }

    @ParameterizedTest
    @CsvSource({"createQuery, 15", "getDocument, 15", "getQueries, 10", "createFeed, 15", "getOrders, 20"})
    void whatMayComeAtOnceLeavesAtOnce(String operation, int burst) {
        IntStream.range(0, burst).forEach(call -> assertThat(calls.arrive("A1SELLER", operation).isAdmitted()).as("call %d", call).isTrue());
        assertThat(calls.arrive("A1SELLER", operation).decision().waitMillis()).isGreaterThan(40_000);
    }

    @Test
    void aSecondQueryIsPolledRightAfterADocument() {
        IntStream.range(0, 15).forEach(call -> calls.arrive("A1SELLER", "getDocument"));

        assertThat(calls.arrive("A1SELLER", "getQuery").isAdmitted()).isTrue();
        assertThat(calls.arrive("A1SELLER", "createQuery").isAdmitted()).isTrue();
    }
}
