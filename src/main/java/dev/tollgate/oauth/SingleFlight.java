package dev.tollgate.oauth;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Lets callers who want the same thing at the same time share one piece of work. The work runs on a thread of its own, so
 * a caller who leaves, whether first or last, disturbs nobody. Who has waited for as long as callers wait goes away without
 * a result, but nobody begins anew while the work is under way: what it asks for may be paid for. It must end by itself.
 */
public final class SingleFlight<K, V> {

    /** Bound: what callers wait for at this moment; keys are seller ids of 64 characters, or hashes. */
    private final ConcurrentMap<K, CompletableFuture<V>> underWay = new ConcurrentHashMap<>();
    private final Executor executor;
    private final Duration patience;

    /** @param patience how long a caller waits; longer than the work takes */
    public SingleFlight(Executor executor, Duration patience) {
        this.executor = executor;
        this.patience = patience;
    }

    /** Begins the work unless it is under way; waits for nothing. */
    public CompletableFuture<V> begin(K key, Supplier<V> work) {
        return beginStages(key, () -> CompletableFuture.completedStage(work.get()));
    }

    /** The same for work that pauses on its way and holds no thread meanwhile. */
    public CompletableFuture<V> beginStages(K key, Supplier<CompletionStage<V>> work) {
        CompletableFuture<V> mine = new CompletableFuture<>();
        CompletableFuture<V> other = underWay.putIfAbsent(key, mine);
        if (other != null) {
            return other;
        }
        mine.whenComplete((value, failure) -> underWay.remove(key, mine));
        try {
            executor.execute(() -> fly(mine, work));
        } catch (RuntimeException e) {
            mine.completeExceptionally(e);
        }
        return mine;
    }

    private static <V> void fly(CompletableFuture<V> flight, Supplier<CompletionStage<V>> work) {
        try {
            work.get().whenComplete((value, failure) -> land(flight, value, failure));
        } catch (Throwable e) {
            flight.completeExceptionally(e);
        }
    }

    private static <V> void land(CompletableFuture<V> flight, V value, @Nullable Throwable failure) {
        if (failure == null) {
            flight.complete(value);
        } else {
            flight.completeExceptionally(failure instanceof CompletionException ? failure.getCause() : failure);
        }
    }

    /**
     * The work's result, whoever began it.
     *
     * @throws TimeoutException     when it is not done in time; it goes on for those who come later
     * @throws InterruptedException when this caller leaves
     * @throws RuntimeException     what the work threw
     */
    public V join(K key, Supplier<V> work) throws TimeoutException, InterruptedException {
        return await(begin(key, work));
    }

    /** The same for work that pauses on its way. */
    public V joinStages(K key, Supplier<CompletionStage<V>> work) throws TimeoutException, InterruptedException {
        return await(beginStages(key, work));
    }

    private V await(CompletableFuture<V> flight) throws TimeoutException, InterruptedException {
        try {
            return flight.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException late) {
                throw late;
            }
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        }
    }
}
