package dev.tollgate.keepa;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Terms;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.queue.Quote;
import dev.tollgate.store.InMemoryStateStore;

import static org.assertj.core.api.Assertions.assertThat;

/** Ten thousand callers wait at once, each on a virtual thread of its own, and go one after the other. */
class TenThousandWaitersTest {

    private static final int CALLERS = 10_000;

    private final AtomicLong now = new AtomicLong(Instant.parse("2026-01-01T00:00:00Z").toEpochMilli());
    private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    private final AdmissionQueue line = new AdmissionQueue(new InMemoryStateStore<>(key ->
            BucketState.unheard(Plan.ofRate(4000, 0, Plan.MINUTE), 0, clock.instant())), "keepa",
            new Terms(0, Duration.ofDays(1), Duration.ofMinutes(3)), CALLERS, clock);
    private final CountDownLatch arrived = new CountDownLatch(CALLERS);
    private final CountDownLatch served = new CountDownLatch(CALLERS);
    private final CountDownLatch refilled = new CountDownLatch(1);
    private final AtomicInteger wakeUps = new AtomicInteger();

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void theyFitInto300MegabytesAndWakeOneAtATime() throws Exception {
        long before = usedHeap();
        try (AutoCloseable threads = start()) {
            assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();
            long each = (usedHeap() - before) / CALLERS;
            System.out.printf("ten thousand waiters: %d bytes of heap each%n", each);
            assertThat(each * CALLERS).isLessThan(300_000_000);
            assertThat(line.waiting()).isEqualTo(CALLERS);
            assertThat(served.getCount()).isEqualTo(CALLERS);

            now.addAndGet(Duration.ofHours(1).toMillis());
            refilled.countDown();

            assertThat(served.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(wakeUps.get()).as("each is woken once").isLessThan(CALLERS + CALLERS / 10);
    }

    private AutoCloseable start() throws ReflectiveOperationException {
        ExecutorService threads = (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        for (int i = 0; i < CALLERS; i++) {
            threads.submit(this::callOnce);
        }
        return threads::shutdownNow;
    }

    /** What the route does, with a clock that a test moves and a reply that comes at once. */
    private Admission callOnce() throws Exception {
        Admission ticket = line.arrive(Quote.fixed("test", 1), Price.exactly(1), ServiceClass.INTERACTIVE);
        arrived.countDown();
        line.turn(ticket).get();
        wakeUps.incrementAndGet();
        refilled.await();
        while (!line.admit(ticket).admitted()) {
            Thread.yield();
        }
        line.neverSent(ticket);
        served.countDown();
        return ticket;
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
