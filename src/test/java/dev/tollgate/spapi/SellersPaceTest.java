package dev.tollgate.spapi;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.ManualClock;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.sandbox.SpApiSimulator;
import dev.tollgate.spapi.PacedCalls.Way;

import static dev.tollgate.spapi.OperationRates.GET_LISTINGS_RESTRICTIONS;
import static org.assertj.core.api.Assertions.assertThat;

/** One operation of one seller: ten calls at once and five a second, of which Amazon counts the arrivals. */
class SellersPaceTest {

    private static final String SELLER = "A1SELLER";

    private final PacedCalls calls = calls(Duration.ofSeconds(200));

    private static PacedCalls calls(Duration maxWait) {
        return new PacedCalls(OperationRates.packaged(Map.of()), maxWait);
    }

    /** 200 ASINs are permitted in (200 - 10) / 5 = 38 s. */
    @ParameterizedTest
    @ValueSource(ints = {0, 20, 150})
    void twoHundredAsinsTakeHardlyLongerThanPermittedWithoutA429(int latency) {
        ManualClock clock = new ManualClock();
        SpApiSimulator amazon = new SpApiSimulator(clock, "/callback");
        String token = token(amazon);
        Random random = new Random(latency);
        List<Long> arrivals = new ArrayList<>();
        long begun = calls.now();
        for (int i = 0; i < 200; i++) {
            // The first call pays for the connection; the others come sooner after they left.
            long late = i == 0 ? latency : random.nextInt(latency / 4 + 1);
            calls.call(SELLER, GET_LISTINGS_RESTRICTIONS, left -> {
                arrivals.add(left + late - begun);
                return new Way(late, late + latency / 2);
            }, answered -> { });
        }
        calls.runUntil(Long.MAX_VALUE);

        arrivals.sort(null);
        assertThat(arrivals).hasSize(200);
        long now = 0;
        for (long next : arrivals) {
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
        IntStream.range(0, 300).forEach(i -> calls.arrive("BUSY", GET_LISTINGS_RESTRICTIONS));

        assertThat(calls.arrive("IDLE", GET_LISTINGS_RESTRICTIONS).isAdmitted()).isTrue();
        assertThat(calls.arrive("BUSY", "getCatalogItem").isAdmitted()).isTrue();
    }

    @Test
    void whoWouldWaitTooLongIsToldTheTrueWaitAndTakesNobodysTurn() {
        PacedCalls strict = calls(Duration.ofSeconds(2));
        AdmissionQueue queue = strict.queue(SELLER, GET_LISTINGS_RESTRICTIONS);
        IntStream.range(0, 100).forEach(i -> strict.call(SELLER, GET_LISTINGS_RESTRICTIONS, left -> new Way(0, 0), answered -> { }));

        Admission denied = strict.arrive(SELLER, GET_LISTINGS_RESTRICTIONS);
        Admission again = strict.arrive(SELLER, GET_LISTINGS_RESTRICTIONS);

        assertThat(denied.isDenied()).isTrue();
        assertThat(denied.decision().waitMillis()).isEqualTo(again.decision().waitMillis()).isBetween(2_001L, 2_300L);
        strict.runUntil(strict.now() + 300);
        assertThat(strict.arrive(SELLER, GET_LISTINGS_RESTRICTIONS).isWaiting()).isTrue();
        assertThat(queue.denied()).isGreaterThan(80);
    }

    @Test
    void aRateThatAmazonNamesIsKeptTo() {
        AdmissionQueue queue = calls.queue(SELLER, GET_LISTINGS_RESTRICTIONS);
        calls.answer(queue, GET_LISTINGS_RESTRICTIONS, calls.arrive(SELLER, GET_LISTINGS_RESTRICTIONS), "0.5");
        List<Long> leaves = new ArrayList<>();
        IntStream.range(0, 20).forEach(i -> calls.call(SELLER, GET_LISTINGS_RESTRICTIONS, left -> {
            leaves.add(left);
            return new Way(0, 0);
        }, answered -> { }));
        calls.runUntil(Long.MAX_VALUE);

        assertThat(leaves.get(19) - leaves.get(18)).isBetween(2_000L, 2_100L);
        assertThat(calls.arrive("A2OTHER", GET_LISTINGS_RESTRICTIONS).isAdmitted()).as("only that seller's").isTrue();
    }

    @Test
    void whatIsNotPublishedIsLearnedRateAndBurst() {
        String unknown = "GET /new/v1/things/{}";
        AdmissionQueue queue = calls.queue(SELLER, unknown);
        Admission first = calls.arrive(SELLER, unknown);
        assertThat(first.isAdmitted()).isTrue();
        assertThat(calls.arrive(SELLER, unknown).isWaiting()).isTrue();
        assertThat(calls.arrive(SELLER, unknown).decision().waitMillis()).isBetween(1_000L, 3_000L);

        PacedCalls learned = calls(Duration.ofSeconds(100));
        AdmissionQueue taught = learned.queue(SELLER, unknown);
        learned.answer(taught, unknown, learned.arrive(SELLER, unknown), "20.0");
        learned.runUntil(learned.now() + 10_000);
        List<Long> leaves = new ArrayList<>();
        IntStream.range(0, 20).forEach(i -> learned.call(SELLER, unknown, left -> {
            leaves.add(left);
            return new Way(0, 0);
        }, answered -> { }));
        long begun = learned.now();
        learned.runUntil(Long.MAX_VALUE);
        assertThat(leaves).hasSize(20);
        assertThat(leaves.get(19) - begun).as("twenty at twenty a second").isLessThanOrEqualTo(1_050);
        assertThat(learned.arrive(SELLER, "GET /new/v1/others/{}").isAdmitted()).as("of a bucket of its own").isTrue();
        assertThat(queue.state().plan()).isNotEqualTo(taught.state().plan());
    }

    /** A rate that an operator has set without a burst is used, though answers take longer than a turn. */
    @ParameterizedTest
    @ValueSource(ints = {2, 50, 1_000})
    void aRateWithoutABurstIsUsedToTwoThirdsAtLeast(int aSecond) {
        PacedCalls set = new PacedCalls(OperationRates.packaged(Map.of(GET_LISTINGS_RESTRICTIONS,
                OperationRate.of(aSecond, Duration.ofSeconds(1), 1))), Duration.ofMinutes(10));
        List<Long> leaves = new ArrayList<>();
        long begun = set.now();
        for (int i = 0; i < 300; i++) {
            set.call(SELLER, GET_LISTINGS_RESTRICTIONS, left -> {
                leaves.add(left);
                return new Way(20, 400);
            }, answered -> { });
        }
        set.runUntil(Long.MAX_VALUE);

        assertThat(leaves).hasSize(300);
        // No finer than in milliseconds, of which a turn takes one to reserve and one to fill.
        assertThat(leaves.get(299) - begun).isBetween(299_000L / aSecond, Math.max(1_000, 299_000L * 16 / 10 / aSecond));
    }

    @Test
    void afterAPauseTheBurstIsBackAndNoMore() {
        IntStream.range(0, 50).forEach(i -> calls.call(SELLER, GET_LISTINGS_RESTRICTIONS, left -> new Way(0, 10), answered -> { }));
        calls.runUntil(calls.now() + Duration.ofHours(1).toMillis());

        long now = IntStream.range(0, 20).filter(i -> calls.arrive(SELLER, GET_LISTINGS_RESTRICTIONS).isAdmitted()).count();

        assertThat(now).isEqualTo(8);
    }

    /** Calls come by chance; some arrive late, and some answers take their time. */
    @ParameterizedTest
    @ValueSource(ints = {0, 50, 700})
    void noWindowEverHoldsMoreThanAmazonPermits(int mostLate) {
        Random random = new Random(mostLate);
        List<Long> arrivals = new ArrayList<>();
        long begun = calls.now();
        long at = begun;
        for (int i = 0; i < 2_000; i++) {
            at += random.nextInt(4) == 0 ? random.nextInt(1_200) : 0;
            calls.at(at, () -> calls.call(SELLER, GET_LISTINGS_RESTRICTIONS, left -> {
                long late = random.nextInt(mostLate + 1);
                arrivals.add(left + late);
                return new Way(late, late + random.nextInt(4 * mostLate + 1));
            }, answered -> { }));
        }
        calls.runUntil(Long.MAX_VALUE);

        assertThat(arrivals).hasSizeGreaterThan(1_900);
        assertThat(calls.now() - begun).as("full rate, however long answers take").isLessThan(2_000 * 205);
        assertPermitted(arrivals);
    }

    /** A machine that stalls wakes everybody late and at once; the first connection takes its time. */
    @ParameterizedTest
    @ValueSource(ints = {50, 700, 950})
    void whoIsHeldUpAfterItsTurnMeetsNobodyAtAmazon(int mostLate) {
        Random random = new Random(mostLate);
        List<Long> arrivals = new ArrayList<>();
        long begun = calls.now();
        for (int i = 0; i < 200; i++) {
            long late = i < 8 ? mostLate : random.nextInt(20) == 0 ? random.nextInt(mostLate) : 0;
            calls.call(SELLER, GET_LISTINGS_RESTRICTIONS, left -> {
                arrivals.add(left + late);
                return new Way(late, late + 5);
            }, answered -> { });
        }
        calls.runUntil(Long.MAX_VALUE);

        assertThat(arrivals).hasSize(200);
        assertPermitted(arrivals);
        arrivals.sort(null);
        assertThat(arrivals.get(199) - begun).as("lateness costs itself and hardly more").isLessThan(39_000 + 2L * mostLate);
    }

    /** A bucket of ten, and five a second. */
    private static void assertPermitted(List<Long> arrivals) {
        double tokens = 10;
        long last = arrivals.stream().min(Long::compare).orElseThrow();
        TreeMap<Long, Integer> sorted = new TreeMap<>();
        arrivals.forEach(at -> sorted.merge(at, 1, Integer::sum));
        for (Map.Entry<Long, Integer> some : sorted.entrySet()) {
            tokens = Math.min(10, tokens + (some.getKey() - last) / 200.0) - some.getValue();
            last = some.getKey();
            assertThat(tokens).as("at %d ms", last).isGreaterThan(-1e-6);
        }
    }
}
