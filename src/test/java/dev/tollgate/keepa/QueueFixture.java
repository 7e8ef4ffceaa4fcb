package dev.tollgate.keepa;

import java.time.Duration;
import java.util.Optional;

import dev.tollgate.VirtualTime;
import dev.tollgate.budget.Anchor;
import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.Reading;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Terms;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.queue.CostEstimator;
import dev.tollgate.queue.Quote;
import dev.tollgate.store.InMemoryStateStore;
import dev.tollgate.store.StateStore;

/** A line in front of a bucket of 5 tokens a minute whose balance a reading has just confirmed. */
final class QueueFixture {

    final VirtualTime time = new VirtualTime();
    final StateStore<BucketState> store;
    final AdmissionQueue line;
    final KeepaDesk toll;

    QueueFixture(long balance) {
        this(balance, 100, 10_000);
    }

    QueueFixture(long balance, long maxWaitSeconds, int mostWaiting) {
        store = new InMemoryStateStore<>(key ->
                BucketState.unheard(Plan.ofRate(5, 0, Plan.MINUTE), balance, time.instant()));
        Terms terms = new Terms(0, Duration.ofSeconds(maxWaitSeconds), Duration.ofMinutes(3));
        line = new AdmissionQueue(store, "keepa", terms, mostWaiting, time);
        toll = new KeepaDesk(line, new CostEstimator(), time);
        line.apply(new Anchor(new Reading(time.millis(), balance, 60_000, 5, 0), time.millis()));
    }

    Admission interactive(long tokens) {
        return arrive(tokens, ServiceClass.INTERACTIVE);
    }

    Admission backfill(long tokens) {
        return arrive(tokens, ServiceClass.BACKFILL);
    }

    private Admission arrive(long tokens, ServiceClass serviceClass) {
        return line.arrive(Quote.fixed("test", tokens), Price.exactly(tokens), serviceClass);
    }

    /** Keepa answers: the call cost this much, and this is left now. */
    KeepaDesk.Outcome reply(Admission ticket, int consumed, int left) {
        return reply(ticket, 200, consumed, left);
    }

    KeepaDesk.Outcome reply(Admission ticket, int status, int consumed, int left) {
        BucketState s = store.get("keepa");
        time.pass(Duration.ofMillis(1));
        return toll.settle(ticket, status, Optional.of(new Envelope(time.millis(), left,
                (int) (s.nextTick() - time.millis()), 5, 0, consumed, 0, null)));
    }

    void seconds(long seconds) {
        time.pass(Duration.ofSeconds(seconds));
    }

    long balance() {
        return toll.status().balance();
    }

    long available() {
        return line.state().available() / 1000;
    }
}
