package dev.tollgate.keepa;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.Terms;
import dev.tollgate.keepa.RushHour.Served;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.sandbox.KeepaTariff;

import static dev.tollgate.budget.ServiceClass.BACKFILL;
import static dev.tollgate.budget.ServiceClass.INTERACTIVE;
import static org.assertj.core.api.Assertions.assertThat;

/** 2,000 calls of mixed cost from 64 callers, in virtual time, against a meter that charges up to twice the estimate. */
class RushHourTest {

    private static final int CALLS = 2000;

    @ParameterizedTest
    @CsvSource({
        // rate, tokens, max-deficit, slowest reply, most that anybody waits past the fair time
        "5, 300, 0, 100, 1000", "20, 300, 0, 100, 1000", "60, 1000, 0, 100, 1000", "250, 0, 0, 100, 1000",
        "60, 1000, 100, 100, 1000", "5, 10, 180, 100, 1000", "60, 1000, 0, 300, 2000", "250, 0, 0, 2000, 12000"})
    void noCallIsRefusedAndNoTokenIsWasted(int rate, long tokens, long maxDeficit, int slowest, long mostLate) {
        Plan plan = Plan.ofRate(rate, 0, Plan.MINUTE);
        RushHour hour = mixed(new RushHour(plan, tokens, maxDeficit, upToTwice(), slowest), 1).run(64);

        long first = hour.served.stream().mapToLong(Served::started).min().orElseThrow();
        long last = hour.served.stream().mapToLong(Served::started).max().orElseThrow();
        long refilled = (last - first) / Plan.MINUTE * plan.perTick() / Plan.TOKEN;
        long used = hour.keepa.charged();
        long permille = used * 1000 / (tokens + refilled);
        long lowerBoundSeconds = Math.max(1, (used - tokens - maxDeficit) * 60 / rate);
        long timePermille = (last - first) / lowerBoundSeconds;
        long late = latest(hour, plan, tokens, maxDeficit);
        System.out.printf("rush hour at %d/min, max-deficit %d, replies within %d ms: %d calls, %d tokens in %d s; used %d.%d %% of the refill; "
                + "%d.%03d of the lower bound %d s; latest %d ms past its fair time; %d refused upstream%n", rate, maxDeficit, slowest,
                hour.served.size(), used, (last - first) / 1000, permille / 10, permille % 10, timePermille / 1000,
                timePermille % 1000, lowerBoundSeconds, late, hour.keepa.refused());

        assertThat(hour.served).hasSize(CALLS);
        assertThat(hour.keepa.refused()).isZero();
        assertThat(permille).isGreaterThanOrEqualTo(990);
        assertThat(timePermille).isLessThanOrEqualTo(1010);
        assertThat(hour.keepa.expired()).isZero();
        assertThat(late).isLessThanOrEqualTo(mostLate);
        assertThat(inOrderOfStart(hour)).isSortedAccordingTo(Comparator.comparingLong(s -> s.ticket().place()));
        assertThat(hour.toll.status().consumed()).isEqualTo(used);
        assertThat(hour.toll.status().balance()).isEqualTo(hour.keepa.token().tokensLeft());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void driftOfAHundredIsAbsorbedUnseen(long seed) {
        RushHour hour = mixed(new RushHour(Plan.ofRate(60, 0, Plan.MINUTE), 500, 0, upToTwice(), 100), seed);
        hour.time.in(Plan.MINUTE * 90 + new Random(seed).nextInt(60_000), () -> hour.keepa.drift(-100));

        hour.run(64);

        assertThat(hour.keepa.refused()).isLessThanOrEqualTo(1);
        assertThat(hour.seenByCallers).hasSize(CALLS).containsOnly(200);
        assertThat(hour.toll.status().balance()).isEqualTo(hour.keepa.token().tokensLeft());
    }

    @Test
    void backfillDoesNotStarveAndInteractiveCallsStillGoFirst() {
        RushHour hour = new RushHour(Plan.ofRate(60, 0, Plan.MINUTE), 0, 0, KeepaTariff.real(), 100);
        for (int i = 0; i < 10; i++) {
            hour.job("/product", "key=k&offers=20&asin=" + asins(i, 10), BACKFILL);
        }
        for (int i = 0; i < 1000; i++) {
            hour.job("/product", "key=k&asin=" + asins(i, 10), INTERACTIVE);
        }

        hour.run(64);

        List<Served> backfill = inOrderOfStart(hour).stream().filter(s -> s.ticket().serviceClass() == BACKFILL).toList();
        long interactiveTokens = 0;
        long mostBetween = 0;
        for (Served s : inOrderOfStart(hour)) {
            interactiveTokens = s.ticket().serviceClass() == BACKFILL ? 0 : interactiveTokens + s.cost();
            mostBetween = Math.max(mostBetween, interactiveTokens == 0 || backfill.get(9).started() < s.started() ? 0
                    : interactiveTokens);
        }
        assertThat(backfill).hasSize(10);
        assertThat(mostBetween).isBetween(AdmissionQueue.SHARE * 70, AdmissionQueue.SHARE * 130);
        assertThat(hour.keepa.refused()).isZero();
    }

    /** How long after its fair time the unluckiest call started: when an omniscient clerk had started it, in this order. */
    private static long latest(RushHour hour, Plan plan, long tokens, long maxDeficit) {
        long start = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
        long tick = start;
        long balance = tokens * Plan.TOKEN;
        long before = start;
        long latest = 0;
        for (Served s : inOrderOfStart(hour)) {
            long needed = new Terms(maxDeficit, Duration.ZERO, Duration.ofMinutes(1))
                    .needed(s.ticket().price(), plan);
            while (balance < needed) {
                tick += plan.tick();
                balance = Math.max(balance, Math.min(plan.capacity(), balance + plan.perTick()));
            }
            long fair = Math.max(Math.max(s.arrived(), before), tick);
            latest = Math.max(latest, s.started() - fair);
            balance -= s.cost() * Plan.TOKEN;
            before = fair;
        }
        return latest;
    }

    private static List<Served> inOrderOfStart(RushHour hour) {
        return hour.served.stream().sorted(Comparator.comparingLong(Served::started)
                .thenComparingLong(s -> s.ticket().place())).toList();
    }

    /** Between half of the list price and twice of it. */
    private static KeepaTariff upToTwice() {
        return call -> {
            Price price = PriceList.quote(call).price();
            return Math.max(1, price.expected() * (50 + Math.floorMod(call.params().hashCode() * 31, 151)) / 100);
        };
    }

    private static RushHour mixed(RushHour hour, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CALLS; i++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> hour.job("/product", "key=k&asin=" + asins(i, 1 + random.nextInt(20)), INTERACTIVE);
                case 3, 4 -> hour.job("/product", "key=k&offers=20&asin=" + asins(i, 1 + random.nextInt(4)), INTERACTIVE);
                case 5 -> hour.job("/search/", "key=k&term=" + i, INTERACTIVE);
                case 6 -> hour.job("/deal", "key=k&selection=" + i + "&", INTERACTIVE);
                default -> hour.job("/seller", "key=k&storefront=1&seller=S" + i, INTERACTIVE);
            }
        }
        return hour;
    }

    private static String asins(int batch, int count) {
        return IntStream.range(0, count).mapToObj(i -> "B" + batch + "X" + i).collect(Collectors.joining(","));
    }
}
