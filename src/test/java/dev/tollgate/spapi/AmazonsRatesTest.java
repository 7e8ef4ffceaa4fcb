package dev.tollgate.spapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every operation of the table, called as often as it may be, against buckets of Amazon's that count arrivals. */
class AmazonsRatesTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long TEN_MINUTES = 600 * SECOND;

    private final AtomicLong nanos = new AtomicLong();
    private final Operations table = Operations.packaged();
    private final RatePacer pacer = new RatePacer(new OperationRates(table, Map.of()), 100_000, Duration.ofMinutes(10), nanos::get);

    private record Leaves(Operations.Operation operation, long at) {
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void tenMinutesOfCallsOfEveryOperationMeetNo429(long seed) {
        Random random = new Random(seed);
        Map<Operations.Operation, List<Long>> arrivals = new HashMap<>();
        PriorityQueue<Leaves> next = new PriorityQueue<>(Comparator.comparingLong(Leaves::at));
        table.all().stream().filter(one -> one.rate() != null).forEach(one -> next.add(take(one)));
        while (next.peek().at() < TEN_MINUTES) {
            Leaves now = next.remove();
            nanos.set(now.at());
            Pace pace = pacer.depart("app", "A1SELLER", now.operation().name());
            if (!pace.admitted()) {
                next.add(new Leaves(now.operation(), now.at() + pace.delay().toNanos()));
                continue;
            }
            // The first call pays for the connection; what comes after it is late by less.
            List<Long> seen = arrivals.computeIfAbsent(now.operation(), one -> new ArrayList<>());
            seen.add(now.at() + (seen.isEmpty() ? 350_000_000L : random.nextLong(90_000_000L)));
            next.add(take(now.operation()));
        }

        assertThat(arrivals).hasSizeGreaterThan(360);
        arrivals.forEach((operation, times) -> {
            assertThat(refused(operation.rate(), times)).as(operation.name()).isZero();
            double permitted = operation.rate().burst() + (double) TEN_MINUTES / operation.rate().nanosPerCall();
            assertThat((double) times.size()).as(operation.name() + " of " + permitted).isGreaterThan(permitted * 0.88 - 1);
        });
    }

    private Leaves take(Operations.Operation operation) {
        Pace pace = pacer.take("app", "A1SELLER", operation.name());
        assertThat(pace.admitted()).isTrue();
        return new Leaves(operation, nanos.get() + pace.delay().toNanos());
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
        IntStream.range(0, burst).forEach(call -> assertThat(pacer.take("app", "A1SELLER", operation).delay()).as("call %d", call).isZero());
        assertThat(pacer.take("app", "A1SELLER", operation).delay()).isGreaterThan(Duration.ofSeconds(40));
    }

    @Test
    void aSecondQueryIsPolledRightAfterADocument() {
        IntStream.range(0, 15).forEach(call -> pacer.take("app", "A1SELLER", "getDocument"));

        assertThat(pacer.take("app", "A1SELLER", "getQuery").delay()).isZero();
        assertThat(pacer.take("app", "A1SELLER", "createQuery").delay()).isZero();
    }
}
