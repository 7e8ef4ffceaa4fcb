package dev.tollgate.store;

import java.util.Objects;

/**
 * What a pure function makes of a state: the state that follows, and what the caller wanted to know.
 *
 * @param state  the state to keep; never null
 * @param result the answer; never null
 * @param <S>    the kind of state
 * @param <R>    the kind of answer
 */
public record Step<S, R>(S state, R result) {

    public Step {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(result, "result");
    }
}
