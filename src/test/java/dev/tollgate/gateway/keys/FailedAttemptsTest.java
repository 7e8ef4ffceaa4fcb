package dev.tollgate.gateway.keys;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.ManualClock;
import dev.tollgate.gateway.Refusal;

import static org.assertj.core.api.Assertions.assertThat;

class FailedAttemptsTest {

    private final ManualClock clock = new ManualClock();
    private final FailedAttempts attempts = new FailedAttempts(new KeyProperties(Duration.ofSeconds(10),
            Duration.ofMinutes(15), 100, Duration.ofMinutes(1), 3, Duration.ofMinutes(1)), clock);

    @Test
    void anAddressWaitsForTheEndOfItsWindowAfterTooManyWrongKeys() {
        fail("192.0.2.1", 2);
        assertThat(attempts.waitOf("192.0.2.1")).isEmpty();
        clock.advance(Duration.ofSeconds(20));
        fail("192.0.2.1", 1);
        assertThat(attempts.waitOf("192.0.2.1")).contains(Duration.ofSeconds(40));
        assertThat(attempts.waitOf("192.0.2.2")).isEmpty();
        clock.advance(Duration.ofSeconds(40));
        assertThat(attempts.waitOf("192.0.2.1")).isEmpty();
        fail("192.0.2.1", 1);
        assertThat(attempts.waitOf("192.0.2.1")).isEmpty();
    }

    @Test
    void anIpv6NetworkCountsAsOneAddress() {
        fail("2001:db8:1:2::1", 1);
        fail("2001:db8:1:2:ffff::9", 1);
        fail("2001:db8:1:2::ffff", 1);
        assertThat(attempts.waitOf("2001:db8:1:2:3:4:5:6")).isPresent();
        assertThat(attempts.waitOf("2001:db8:1:3::1")).isEmpty();
    }

    @Test
    void anAddressOfTheAdminIsTrustedForAWhile() {
        attempts.trustAdmin("192.0.2.1");
        assertThat(attempts.trustsAdmin("192.0.2.1")).isTrue();
        clock.advance(Duration.ofMinutes(16));
        assertThat(attempts.trustsAdmin("192.0.2.1")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 10, 200})
    void ofKeysThatComeAtOnceNoMoreAreLookedAtThanMayBeWrong(int callers) throws Exception {
        Outcomes outcomes = atOnce(callers, number -> false);

        assertThat(outcomes.looked()).isEqualTo(3);
        assertThat(outcomes.refused()).isEqualTo(callers - 3);
        assertThat(outcomes.mostAtOnce()).isLessThanOrEqualTo(3);
    }

    @Test
    void rightKeysThatComeAtOnceWaitForEachOtherAndAreAllLookedAt() throws Exception {
        Outcomes outcomes = atOnce(200, number -> true);

        assertThat(outcomes.looked()).isEqualTo(200);
        assertThat(outcomes.mostAtOnce()).isLessThanOrEqualTo(3);
        assertThat(attempts.waitOf("192.0.2.1")).isEmpty();
    }

    @Test
    void aRightKeyAmongWrongOnesTakesNothingFromTheLimit() throws Exception {
        Outcomes outcomes = atOnce(50, number -> number < 20);

        assertThat(outcomes.wrong()).isEqualTo(3);
        assertThat(outcomes.looked() + outcomes.refused()).isEqualTo(50);
    }

    private record Outcomes(int looked, int wrong, int refused, int mostAtOnce) {
    }

    private Outcomes atOnce(int callers, IntPredicate isRight) throws Exception {
        AtomicInteger looked = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            int number = i;
            all.add(threads.submit(() -> {
                start.await();
                try (FailedAttempts.Look look = attempts.look("192.0.2.1")) {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    looked.incrementAndGet();
                    Thread.yield(); // whoever else may come in comes now
                    if (!isRight.test(number)) {
                        wrong.incrementAndGet();
                        look.wrong();
                    }
                    now.decrementAndGet();
                }
                catch (Refusal slowed) {
                    assertThat(slowed.getStatus()).isEqualTo(429);
                    refused.incrementAndGet();
                }
                return null;
            }));
        }
        start.countDown();
        for (Future<?> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
        return new Outcomes(looked.get(), wrong.get(), refused.get(), most.get());
    }

    private void fail(String address, int times) {
        for (int i = 0; i < times; i++) {
            wrong(address);
        }
    }

    private void wrong(String address) {
        try (FailedAttempts.Look look = attempts.look(address)) {
            look.wrong();
        }
    }
}
