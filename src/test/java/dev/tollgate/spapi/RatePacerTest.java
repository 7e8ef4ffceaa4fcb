package dev.tollgate.spapi;

import static dev.tollgate.spapi.OperationRates.GET_LISTINGS_RESTRICTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ManualClock;
import dev.tollgate.sandbox.SpApiSimulator;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatePacerTest {

    private static final String APP = "app";
    private static final String SELLER = "A1SELLER";

    private final AtomicLong nanos = new AtomicLong(-5_000);
    private final RatePacer pacer = pacer(100, Duration.ofSeconds(100));

    private RatePacer pacer(int applicationRate, Duration maxWait) {
        return new RatePacer(OperationRates.packaged(Map.of()), applicationRate, maxWait, nanos::get);
    }

    private Pace take(String seller) {
        return pacer.take(APP, seller, GET_LISTINGS_RESTRICTIONS);
    }

    /** 200 ASINs at 5 a second with a burst of 10 are permitted in (200 - 10) / 5 = 38 s. */
    @ParameterizedTest
    @ValueSource(ints = {0, 20, 150})
    void twoHundredAsinsTakeHardlyLongerThanPermittedWithoutA429(int latencyMillis) {
        ManualClock clock = new ManualClock();
        SpApiSimulator amazon = new SpApiSimulator(clock, "/callback");
        String token = token(amazon);
        Random random = new Random(latencyMillis);
        PriorityQueue<Long> arrivals = new PriorityQueue<>();
        for (int i = 0; i < 200; i++) {
            Pace pace = take(SELLER);
            assertThat(pace.admitted()).isTrue();
            // The first call pays for the connection; the others come sooner after they left.
            long late = i == 0 ? latencyMillis : random.nextInt(latencyMillis / 4 + 1);
            arrivals.add(pace.delayMillis() + late);
        }
        long now = 0;
        while (!arrivals.isEmpty()) {
            long next = arrivals.remove();
            clock.advance(Duration.ofMillis(next - now));
            now = next;
            assertThat(check(amazon, token)).isEqualTo(200);
        }

        assertThat(amazon.throttled()).isZero();
        assertThat(now).isLessThanOrEqualTo((long) (38_000 * 1.05));
    }

    private static String token(SpApiSimulator amazon) {
        String form = "grant_type=refresh_token&refresh_token=" + URLEncoder.encode("Atzr|sandbox.A1SELLER.x", StandardCharsets.UTF_8)
                + "&client_id=" + SpApiSimulator.CLIENT_ID + "&client_secret=" + SpApiSimulator.CLIENT_SECRET;
        String body = amazon.reply("POST", "/auth/o2/token", Map.of(), Map.of(), form).body();
        return body.replaceAll(".*\"access_token\":\"([^\"]+)\".*", "$1");
    }

    private static int check(SpApiSimulator amazon, String token) {
        return amazon.reply("GET", "/listings/2021-08-01/restrictions", Map.of("asin", "B1", "sellerId", SELLER, "marketplaceIds", "X"),
                Map.of("x-amz-access-token", token), "").status();
    }

    @Test
    void oneSellersQueueHoldsUpNobodyElse() {
        IntStream.range(0, 300).forEach(i -> take("BUSY"));

        Duration stretch = Duration.ofMillis(100);
        assertThat(take("IDLE").delay()).isLessThanOrEqualTo(stretch);
        assertThat(pacer.take(APP, "BUSY", "getCatalogItem").delay()).isLessThanOrEqualTo(stretch);
        assertThat(pacer.take("other app", "BUSY", GET_LISTINGS_RESTRICTIONS).delay()).isZero();
    }

    @Test
    void theApplicationsOwnLimitHoldsOverAllSellers() {
        List<Long> leaves = new ArrayList<>();
        IntStream.range(0, 1_000).forEach(seller -> leaves.add(take("SELLER" + seller).delay().toNanos()));

        for (int second = 0; second < 10; second++) {
            long from = second * 1_000_000_000L;
            assertThat(leaves.stream().filter(at -> at >= from && at < from + 1_000_000_000L).count()).isLessThanOrEqualTo(100);
        }
        assertThat(leaves).allMatch(at -> at < 10_100_000_000L);
    }

    @Test
    void whoWouldWaitTooLongIsToldTheTrueWaitAndTakesNobodysTurn() {
        RatePacer strict = pacer(100, Duration.ofSeconds(2));
        while (strict.take(APP, SELLER, GET_LISTINGS_RESTRICTIONS).admitted()) {
            assertThat(nanos.get()).isNegative();
        }

        Pace denied = strict.take(APP, SELLER, GET_LISTINGS_RESTRICTIONS);
        Pace again = strict.take(APP, SELLER, GET_LISTINGS_RESTRICTIONS);

        assertThat(denied.admitted()).isFalse();
        assertThat(denied.delay()).isEqualTo(again.delay()).isGreaterThan(Duration.ofSeconds(2)).isLessThan(Duration.ofMillis(2_300));
        assertThat(denied.retryAfterSeconds()).isEqualTo(3);
        nanos.addAndGet(denied.delay().toNanos());
        assertThat(strict.take(APP, SELLER, GET_LISTINGS_RESTRICTIONS).admitted()).isTrue();
    }

    @Test
    void noPatienceMeansNowOrNever() {
        IntStream.range(0, 8).forEach(i -> assertThat(pacer.take(APP, SELLER, GET_LISTINGS_RESTRICTIONS, Duration.ZERO).admitted()).isTrue());

        assertThat(pacer.take(APP, SELLER, GET_LISTINGS_RESTRICTIONS, Duration.ZERO).admitted()).isFalse();
    }

    @Test
    void aRateThatAmazonNamesIsKeptTo() {
        take(SELLER);
        pacer.answered(APP, SELLER, GET_LISTINGS_RESTRICTIONS, "0.5");
        IntStream.range(0, 9).forEach(i -> take(SELLER));

        long first = take(SELLER).delay().toNanos();
        long second = take(SELLER).delay().toNanos();

        assertThat(Duration.ofNanos(second - first)).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2_100));
        assertThat(take("A2OTHER").delay()).as("only that seller's").isLessThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void whatIsNotPublishedIsLearnedRateAndBurst() {
        String unknown = "GET /new/v1/things/{}";
        take(unknown, 2);
        assertThat(pacer.take(APP, SELLER, unknown).delay()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
        pacer.answered(APP, SELLER, unknown, "20.0");
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());

        take(unknown, 12);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(pacer.take(APP, SELLER, unknown).delay()).isZero();
        assertThat(pacer.take(APP, SELLER, "GET /new/v1/others/{}").delay()).as("of a bucket of its own").isZero();
    }

    private void take(String operation, int times) {
        IntStream.range(0, times).forEach(call -> assertThat(pacer.take(APP, SELLER, operation).delay())
                .as("call %d of %s", call, operation).isLessThanOrEqualTo(Duration.ofSeconds(1)));
    }

    @Test
    void each429InARowWaitsTwiceAsLongUntilOneIsNone() {
        take(SELLER);
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            pacer.refused(APP, SELLER, GET_LISTINGS_RESTRICTIONS);
            Pace pace = take(SELLER);
            waits.add(pace.delayMillis());
            nanos.addAndGet(pace.delay().toNanos());
        }
        assertThat(waits).containsExactly(202L, 404L, 808L, 1_616L, 3_232L);

        pacer.answered(APP, SELLER, GET_LISTINGS_RESTRICTIONS, null);
        pacer.refused(APP, SELLER, GET_LISTINGS_RESTRICTIONS);
        assertThat(take(SELLER).delayMillis()).isEqualTo(202);
    }

    @Test
    void afterAPauseTheBurstIsBackAndNoMore() {
        IntStream.range(0, 50).forEach(i -> take(SELLER));
        nanos.addAndGet(Duration.ofHours(1).toNanos());

        long now = IntStream.range(0, 20).filter(i -> take(SELLER).delay().isZero()).count();

        assertThat(now).isEqualTo(8);
    }

    @Test
    void noWindowEverHoldsMoreThanAmazonPermits() {
        List<Long> leaves = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            nanos.addAndGet(random.nextInt(600_000_000));
            Pace pace = take(SELLER);
            if (pace.admitted()) {
                leaves.add(nanos.get() + pace.delay().toNanos());
            }
        }

        assertPermitted(leaves);
    }

    /** A machine that stalls wakes everybody late and at once; the token of the first call takes its time. */
    @ParameterizedTest
    @ValueSource(ints = {50, 700, 3_000})
    void whoIsHeldUpAfterItsTurnMeetsNobodyAtAmazon(int mostLateMillis) {
        Random random = new Random(mostLateMillis);
        PriorityQueue<Long> awake = new PriorityQueue<>();
        for (int i = 0; i < 200; i++) {
            long late = i < 20 ? mostLateMillis : random.nextInt(20) == 0 ? random.nextInt(mostLateMillis) : 0;
            awake.add(nanos.get() + take(SELLER).delay().toNanos() + late * 1_000_000);
        }
        List<Long> leaves = new ArrayList<>();
        while (!awake.isEmpty()) {
            nanos.set(Math.max(nanos.get(), awake.remove()));
            Pace pace = pacer.depart(APP, SELLER, GET_LISTINGS_RESTRICTIONS);
            if (pace.admitted()) {
                leaves.add(nanos.get());
            } else {
                awake.add(nanos.get() + pace.delay().toNanos());
            }
        }

        assertThat(leaves).hasSize(200);
        assertPermitted(leaves);
        assertThat(Duration.ofNanos(leaves.get(199) - leaves.get(0))).as("lateness costs nothing more")
                .isLessThan(Duration.ofMillis(38_900));
    }

    /** 10, and 5 a second. */
    private static void assertPermitted(List<Long> leaves) {
        leaves.sort(null);

        for (int i = 0; i < leaves.size(); i++) {
            for (int j = i; j < Math.min(i + 40, leaves.size()); j++) {
                long permitted = 10 + (leaves.get(j) - leaves.get(i)) / 200_000_000L;
                assertThat((long) j - i + 1).isLessThanOrEqualTo(permitted);
            }
        }
    }
}
