package dev.tollgate.store;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * The states of one process, each swapped by compare-and-set. Nothing here blocks, so it may be called from virtual
 * threads in any number.
 *
 * @param <S> an immutable state
 */
public final class InMemoryStateStore<S> implements StateStore<S> {

    /** Bound: names of balances: those of the gateway and of route files. */
    private final ConcurrentHashMap<String, AtomicReference<S>> states = new ConcurrentHashMap<>();
    private final Function<String, S> initial;

    /** @param initial makes the state of a key that is asked for the first time */
    public InMemoryStateStore(Function<String, S> initial) {
        this.initial = initial;
    }

    @Override
    public <R> R update(String key, Function<S, Step<S, R>> next) {
        AtomicReference<S> cell = cell(key);
        while (true) {
            S before = cell.get();
            Step<S, R> step = next.apply(before);
            if (cell.compareAndSet(before, step.state())) {
                return step.result();
            }
        }
    }

    @Override
    public S get(String key) {
        return update(key, state -> new Step<>(state, state));
    }

    private AtomicReference<S> cell(String key) {
        return states.computeIfAbsent(key, k -> new AtomicReference<>(initial.apply(k)));
    }
}
