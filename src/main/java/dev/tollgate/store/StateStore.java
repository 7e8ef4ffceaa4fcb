package dev.tollgate.store;

import java.util.function.Function;

/**
 * Where a state lives. A policy knows only {@link #update}: the same pure function then serves one process, where it is
 * one atomic step on a map, and many nodes, where it is a compare-and-set on a shared server.
 *
 * @param <S> an immutable state
 */
public interface StateStore<S> {

    /**
     * Replaces the state of {@code key} by what {@code next} makes of it, as one atomic step.
     *
     * <p>{@code next} may run more than once when somebody else was quicker, so it must have no effect but its return
     * value. It reads the clock itself, inside: a time taken before the step could be older than the state.
     *
     * @param key  names the state; a state that does not exist yet is made first
     * @param next from the current state to the next one and an answer; must not call this store
     * @return the answer that belongs to the state that was kept
     */
    <R> R update(String key, Function<S, Step<S, R>> next);

    /** The state of {@code key} as it is now, for looking at; a state that does not exist yet is made first. */
    S get(String key);
}
