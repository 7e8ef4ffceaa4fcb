package dev.tollgate.kit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Charge;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Terms;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.queue.Quote;
import dev.tollgate.store.InMemoryStateStore;

import static org.assertj.core.api.Assertions.assertThat;

/** Calls at a bucket of ten, one a second, whose replies do not tell what is left. */
class ArrivalsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private record Alarm(long due, Runnable rings) {
    }

    private final AdmissionQueue queue = new AdmissionQueue(
            new InMemoryStateStore<>(key -> BucketState.unheard(new Plan(1, 0, 10 * Plan.TOKEN, 1000, 1000), 10, NOW)), "bucket",
            new Terms(0, Duration.ZERO, Duration.ofMinutes(5), false), 10, () -> NOW);
    private final List<Alarm> alarms = new ArrayList<>();
    private long nanos = Long.MAX_VALUE - SECOND / 2; // a time that only goes on may go over
    private final Arrivals arrivals = new Arrivals(queue, () -> nanos, wait -> rings -> alarms.add(new Alarm(nanos + wait, rings)));

    @Test
    void callsThatAreAnsweredSoonNeedOneAlarmForAllOfThem() {
        for (int i = 0; i < 5; i++) {
            answered(leaves());
        }
        assertThat(alarms).hasSize(1);
        ring(SECOND);
        assertThat(alarms).as("nobody is under way any more").isEmpty();
        assertThat(queue.state().consumed()).isEqualTo(5);
    }

    @Test
    void callsWithoutAnAnswerAreCountedOnceEachAfterASecond() {
        leaves();
        nanos += SECOND / 4;
        leaves();
        ring(SECOND * 3 / 4);
        assertThat(queue.state().consumed()).as("the first has arrived").isOne();
        ring(SECOND / 4);
        assertThat(queue.state().consumed()).isEqualTo(2);
        assertThat(queue.state().inFlight()).isEmpty();
        assertThat(alarms).isEmpty();
    }

    @Test
    void aSlowCallBehindAnAnsweredOneIsCountedInItsTime() {
        Admission fast = leaves();
        nanos += SECOND / 2;
        leaves();
        answered(fast);
        ring(SECOND / 2);
        assertThat(queue.state().consumed()).as("the fast one alone").isOne();
        ring(SECOND / 2);
        assertThat(queue.state().consumed()).isEqualTo(2);
    }

    private Admission leaves() {
        Quote quote = Quote.fixed("call", 1);
        Admission call = queue.arrive(quote, quote.price(), ServiceClass.INTERACTIVE);
        arrivals.leaves(call);
        return call;
    }

    private void answered(Admission call) {
        queue.end(call, new Charge(call.id(), 1));
    }

    private void ring(long nanosLater) {
        nanos += nanosLater;
        List<Alarm> due = alarms.stream().filter(alarm -> alarm.due() - nanos <= 0).toList();
        alarms.removeAll(due);
        due.forEach(alarm -> alarm.rings().run());
    }
}
