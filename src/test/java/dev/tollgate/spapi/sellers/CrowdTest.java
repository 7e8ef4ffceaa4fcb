package dev.tollgate.spapi.sellers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.tollgate.ManualClock;
import dev.tollgate.database.TestDatabases;
import dev.tollgate.oauth.AccessToken;
import dev.tollgate.oauth.SingleFlight;
import dev.tollgate.oauth.TokenResult;
import dev.tollgate.oauth.TokenResult.Fresh;
import dev.tollgate.oauth.TokenResult.ReconnectNeeded;
import dev.tollgate.oauth.TokenResult.Unavailable;
import dev.tollgate.oauth.TokenThreads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** What many threads at once do to one token. */
@Timeout(60)
class CrowdTest {

    private static final int CALLERS = 500;

    private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    private final TokenThreads threads = new TokenThreads();

    @AfterEach
    void stop() {
        callers.shutdownNow();
        threads.close();
    }

    @Test
    void fiveHundredCallersOfAnExpiredTokenMakeOneTokenCall() throws Exception {
        Rig rig = new Rig(TestDatabases.h2(), null, threads.requests()).connect();
        AccessToken old = rig.fresh(Rig.SELLER);
        rig.clock.advance(Duration.ofHours(2));

        List<TokenResult> results = allAtOnce(() -> rig.tokens.forSeller(Rig.SELLER));

        assertThat(rig.amazon.simulator.tokenCalls()).isEqualTo(2);
        assertThat(results).hasSize(CALLERS).allMatch(result -> result.equals(results.get(0)));
        assertThat(((Fresh) results.get(0)).token()).isNotEqualTo(old);
    }

    @Test
    void fiveHundredCallsThatWereAnsweredExpiredMakeOneTokenCall() throws Exception {
        Rig rig = new Rig(TestDatabases.h2(), null, threads.requests()).connect();
        AccessToken old = rig.fresh(Rig.SELLER);
        rig.amazon.control("expire", "all");

        List<TokenResult> results = allAtOnce(() -> rig.tokens.replace(Rig.SELLER, Region.NA, old));

        assertThat(rig.amazon.simulator.tokenCalls()).isEqualTo(2);
        assertThat(results).allMatch(result -> result.equals(results.get(0)) && !((Fresh) result).token().equals(old));
        assertThat(rig.amazon.restrictions(Rig.SELLER, ((Fresh) results.get(0)).token().value())).isEqualTo(200);
    }

    @Test
    void fiveHundredCallersOfARevokedGrantMakeOneTokenCall() throws Exception {
        Rig rig = new Rig(TestDatabases.h2(), null, threads.requests()).connect();
        rig.amazon.control("revoke", Rig.SELLER);

        List<TokenResult> results = allAtOnce(() -> rig.tokens.forSeller(Rig.SELLER));

        assertThat(results).allMatch(ReconnectNeeded.class::isInstance);
        assertThat(rig.amazon.simulator.tokenCalls()).isEqualTo(1);
    }

    @Test
    void aCallerWhoLeavesDisturbsNobody() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        ManualClock clock = new ManualClock();
        Amazon amazon = new Amazon(clock);
        AtomicInteger calls = new AtomicInteger();
        Rig rig = new Rig(TestDatabases.h2(), form -> {
            calls.incrementAndGet();
            asked.countDown();
            answer.await();
            return amazon.post(form);
        }, threads.requests()).connect();

        Future<TokenResult> first = callers.submit(() -> rig.tokens.forSeller(Rig.SELLER));
        asked.await();
        Future<TokenResult> second = callers.submit(() -> rig.tokens.forSeller(Rig.SELLER));
        Future<TokenResult> third = callers.submit(() -> rig.tokens.forSeller(Rig.SELLER));
        first.cancel(true);
        third.cancel(true);
        answer.countDown();

        assertThat(second.get(10, TimeUnit.SECONDS)).isInstanceOf(Fresh.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void whoHasWaitedForTooLongLeavesAndNobodyBeginsAnewWhileTheWorkIsUnderWay() throws Exception {
        SingleFlight<String, String> flights = new SingleFlight<>(threads.requests(), Duration.ofMillis(200));
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> flights.join("key", () -> hang(answer, begun)))
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);
        }
        assertThat(begun).hasValue(1);
        answer.countDown();

        assertThat(flights.begin("key", () -> "done")).succeedsWithin(Duration.ofSeconds(30));
        await().untilAsserted(() -> assertThat(flights.join("key", () -> "done")).isEqualTo("done"));
    }

    @Test
    void whoCannotGoOnAfterAPauseFailsAndHoldsUpNobody() throws Exception {
        threads.close();

        assertThat(threads.pause(Duration.ofMillis(1)).toCompletableFuture())
                .failsWithin(Duration.ofSeconds(30)).withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(java.util.concurrent.RejectedExecutionException.class);
    }

    @Test
    void aHundredWhoWaitForTheirNextAttemptHoldNoThread() throws Exception {
        for (int i = 0; i < 100; i++) {
            threads.pause(Duration.ofHours(1));
        }

        assertThat(threads.pause(Duration.ofMillis(1)).toCompletableFuture()).succeedsWithin(Duration.ofSeconds(30));
        assertThat(CompletableFuture.runAsync(() -> { }, threads.requests())).succeedsWithin(Duration.ofSeconds(30));
    }

    private static String hang(CountDownLatch answer, AtomicInteger begun) {
        begun.incrementAndGet();
        try {
            answer.await();
            return "woken";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "stopped";
        }
    }

    @Test
    void aFailureOfTheWorkReachesEveryCallerAndIsNotKept() throws Exception {
        Rig rig = new Rig(TestDatabases.h2(), form -> {
            throw new IllegalStateException("a fault of this program");
        }, threads.requests()).connect();

        List<TokenResult> results = allAtOnce(() -> {
            try {
                return rig.tokens.forSeller(Rig.SELLER);
            } catch (IllegalStateException e) {
                return new Unavailable(e.getMessage(), Duration.ZERO);
            }
        });

        assertThat(results).allMatch(Unavailable.class::isInstance);
    }

    private List<TokenResult> allAtOnce(Callable<TokenResult> call) throws Exception {
        CyclicBarrier together = new CyclicBarrier(CALLERS);
        List<Future<TokenResult>> futures = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            futures.add(callers.submit(() -> {
                together.await();
                return call.call();
            }));
        }
        List<TokenResult> results = new ArrayList<>();
        for (Future<TokenResult> future : futures) {
            results.add(future.get(30, TimeUnit.SECONDS));
        }
        return results;
    }
}
