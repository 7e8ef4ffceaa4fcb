package dev.tollgate.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the database answers, so that only the first call after a failure waits for a timeout. While it is away one
 * caller every few seconds may try again; whoever gets through opens the way for all. Reads may ask and report here too.
 */
public final class DatabaseHealth {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseHealth.class);
    private static final State UP = new State(null, null);

    private final Clock clock;
    private final Duration probeEvery;
    private final AtomicReference<State> state = new AtomicReference<>(UP);

    public DatabaseHealth(Clock clock, Duration probeEvery) {
        this.clock = clock;
        this.probeEvery = probeEvery;
    }

    /** True from a failure until a later attempt succeeded. */
    public boolean isAway() {
        return state.get() != UP;
    }

    /** True when up, or when the next attempt is due: then for this one caller, who reports how it went. */
    public boolean mayTry() {
        State current = state.get();
        if (current == UP) {
            return true;
        }
        Instant now = clock.instant();
        return !now.isBefore(current.nextTry())
                && state.compareAndSet(current, new State(current.since(), now.plus(probeEvery)));
    }

    /** An attempt succeeded. */
    public void succeeded() {
        if (state.get() == UP) {
            return;
        }
        State before = state.getAndSet(UP);
        if (before != UP) {
            LOG.info("The database answers again; it was away since {}", before.since());
        }
    }

    /**
     * An attempt failed. Refused records, duplicate keys and deadlocks say nothing against the database.
     *
     * @return whether the database counts as away now
     */
    public boolean failed(Throwable failure) {
        Fault fault = Fault.of(failure);
        if (fault != Fault.AWAY && fault != Fault.UNCLEAR) {
            return isAway();
        }
        Instant now = clock.instant();
        State before = state.getAndUpdate(s -> new State(s == UP ? now : s.since(), now.plus(probeEvery)));
        if (before == UP) {
            LOG.warn("The database is away, usage goes to the spool; next attempt in {}: {}", probeEvery, Fault.text(failure));
        }
        return true;
    }

    private record State(Instant since, Instant nextTry) {
    }
}
