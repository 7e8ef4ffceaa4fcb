package dev.tollgate.kit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

import dev.tollgate.budget.Charge;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.AdmissionQueue;

/**
 * Counts the tokens of a bucket's calls as spent once these have arrived at an upstream whose replies do not tell what is left. A bucket
 * does not fill beyond what it holds while tokens are only reserved: answers that take long would then cost calls.
 *
 * <p>One alarm for all calls of the bucket, at the time of the first that was not answered before; a fast upstream has hardly any.
 */
final class Arrivals {

    /** A call has reached the upstream by then, on whatever connection; its answer may take much longer. */
    private static final long ARRIVED_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Tokens are reserved no longer than so many such times fill the bucket, or it could not be used at its rate. */
    private static final int PARTS = 2;

    /** @param due when it has arrived, in nanoseconds */
    private record Leaving(Admission call, long due) {
    }

    private final AdmissionQueue queue;
    /** Bound: calls of the bucket within {@link #ARRIVED_NANOS}. */
    private final Deque<Leaving> underWay = new ArrayDeque<>();
    private final LongSupplier nanos;
    private final LongFunction<Executor> later;
    private boolean armed;

    Arrivals(AdmissionQueue queue) {
        this(queue, System::nanoTime, nanos -> CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS));
    }

    /**
     * @param nanos a time that only goes on
     * @param later runs something in so many nanoseconds
     */
    Arrivals(AdmissionQueue queue, LongSupplier nanos, LongFunction<Executor> later) {
        this.queue = queue;
        this.nanos = nanos;
        this.later = later;
    }

    /** A call leaves now. */
    void leaves(Admission call) {
        long wait = Math.min(ARRIVED_NANOS, TimeUnit.MILLISECONDS.toNanos(queue.state().plan().millisToFill()) / PARTS);
        synchronized (this) {
            forgetAnswered();
            underWay.add(new Leaving(call, nanos.getAsLong() + wait));
            if (!armed) {
                arm(wait);
            }
        }
    }

    private void forgetAnswered() {
        while (!underWay.isEmpty() && !underWay.peek().call().isAdmitted()) {
            underWay.remove();
        }
    }

    private void arm(long wait) {
        armed = true;
        later.apply(wait).execute(() ->
                arrived().forEach(call -> queue.apply(new Charge(call.id(), call.price().expected()))));
    }

    private synchronized List<Admission> arrived() {
        armed = false;
        List<Admission> arrived = new ArrayList<>();
        forgetAnswered();
        while (!underWay.isEmpty() && underWay.peek().due() - nanos.getAsLong() <= 0) {
            arrived.add(underWay.remove().call());
            forgetAnswered();
        }
        if (!underWay.isEmpty()) {
            arm(underWay.peek().due() - nanos.getAsLong());
        }
        return arrived;
    }
}
