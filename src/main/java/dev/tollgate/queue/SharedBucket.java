package dev.tollgate.queue;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiFunction;

import dev.tollgate.store.Step;

/**
 * Where a bucket lives that several nodes share, and what its line must know of the nodes. Calls of {@link #update} and
 * {@link #look} may block for as long as the database may take, and are never made on a caller's thread.
 */
public interface SharedBucket {

    /**
     * Replaces the state by what {@code next} makes of it, as one step that no other node interrupts.
     *
     * @param next of the state and the time of all nodes, read together; may run more than once
     * @throws AwayException when it is not certain that it was kept
     */
    <R> R update(BiFunction<SharedState, Instant, Step<SharedState, R>> next);

    /**
     * The state as it is, without keeping anybody from changing it; empty before the first update.
     *
     * @throws AwayException when it cannot be read
     */
    Optional<SharedState> look();

    /** Whether neither may be tried now. */
    boolean isAway();

    /** Whether the node may go on with its part of the bucket then. */
    boolean mayShare();

    /** The clock of all nodes, read without asking anybody. */
    InstantSource clock();

    /** How many nodes live, 1 or more. */
    int nodes();

    /** The name of this node. */
    String node();

    /** Which start of it this is. */
    long epoch();

    /** Whether somebody who waits at that start of a node is still to be waited for. */
    boolean isHeard(String node, long epoch);

    /** Whether that start of a node is certainly over, so that nobody will settle what it has reserved. */
    boolean isOver(String node, long epoch);

    /** Has something done on a thread that may block. */
    void later(Duration delay, Runnable task);

    /** The shared bucket cannot be asked, or it is not known whether it was changed. */
    final class AwayException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        public AwayException(Throwable cause) {
            super(cause.getMessage(), cause, false, false);
        }
    }
}
