package dev.tollgate.spapi;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.LongFunction;

import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Charge;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Terms;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.queue.Quote;
import dev.tollgate.store.InMemoryStateStore;

/** Calls at the buckets that token-bucket-action keeps by the published rates, on a clock that goes from one event to the next. */
final class PacedCalls {

    private static final Quote ONE = Quote.fixed("", 1);

    /** What becomes of a call on its way, in milliseconds after it left. */
    record Way(long arrives, long answers) {
    }

    private record Event(long at, long number, Runnable what) {
    }

    private final OperationRates rates;
    private final Duration maxWait;
    private final PriorityQueue<Event> events = new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private final Map<String, AdmissionQueue> queues = new HashMap<>();
    private long now = 1_000_000;
    private long number;

    PacedCalls(OperationRates rates, Duration maxWait) {
        this.rates = rates;
        this.maxWait = maxWait;
    }

    long now() {
        return now;
    }

    void at(long when, Runnable what) {
        events.add(new Event(Math.max(now, when), number++, what));
    }

    /** Lets time pass until then, or until nothing more happens. */
    void runUntil(long end) {
        while (!events.isEmpty() && events.peek().at() <= end) {
            Event next = events.remove();
            now = next.at();
            next.what().run();
        }
        now = Math.max(now, end == Long.MAX_VALUE ? now : end);
    }

    AdmissionQueue queue(String seller, String operation) {
        InstantSource clock = () -> Instant.ofEpochMilli(now);
        return queues.computeIfAbsent(seller + " " + operation, key -> {
            Plan plan = rates.plan(operation);
            return new AdmissionQueue(new InMemoryStateStore<>(same -> BucketState.unheard(plan, plan.capacity() / Plan.TOKEN, clock.instant())),
                    key, new Terms(0, maxWait, Duration.ofMinutes(3), false), 100_000, clock);
        });
    }

    Admission arrive(String seller, String operation) {
        return queue(seller, operation).arrive(ONE, ONE.price(), ServiceClass.INTERACTIVE);
    }

    /**
     * A call comes now, waits for its turn, leaves and is answered.
     *
     * @param leaves told the moment at which it leaves, says how long it is under way
     * @param answered run when its answer has come
     */
    void call(String seller, String operation, LongFunction<Way> leaves, Consumer<Admission> answered) {
        Admission call = arrive(seller, operation);
        if (!call.isDenied()) {
            go(queue(seller, operation), operation, call, leaves, answered);
        }
    }

    private void go(AdmissionQueue queue, String operation, Admission call, LongFunction<Way> leaves, Consumer<Admission> answered) {
        if (call.isWaiting()) {
            queue.turn(call).thenRun(() -> at(now + queue.millisUntilTurn(call), () -> {
                queue.admit(call);
                go(queue, operation, call, leaves, answered);
            }));
            return;
        }
        Way way = leaves.apply(now);
        at(now + Math.min(1000, queue.state().plan().millisToFill() / 2), () -> queue.apply(new Charge(call.id(), 1)));
        at(now + way.answers(), () -> {
            answer(queue, operation, call, null);
            answered.accept(call);
        });
    }

    void answer(AdmissionQueue queue, String operation, Admission call, String limit) {
        queue.end(call, new Charge(call.id(), 1, rates.told(operation, limit, queue.state().plan())));
    }
}
