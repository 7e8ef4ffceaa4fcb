package dev.tollgate.spapi.sellers;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings when Amazon refuses the application itself ({@code invalid_client}): then no seller gets a new token until an
 * operator corrects its id or secret. One line in the log, however many sellers there are; while it rings, one token
 * request a minute tries whether it is over.
 */
public final class ApplicationAlarm {

    private static final Logger log = LoggerFactory.getLogger(ApplicationAlarm.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    /**
     * @param since    when Amazon refused it first
     * @param reason   what Amazon says
     * @param nextTry  no token request of any seller before this
     */
    public record Ringing(Instant since, String reason, Instant nextTry) {
    }

    private final Clock clock;
    private final AtomicReference<Ringing> state = new AtomicReference<>();

    ApplicationAlarm(Clock clock) {
        this.clock = clock;
    }

    /** The alarm, while it rings. */
    public Optional<Ringing> ringing() {
        return Optional.ofNullable(state.get());
    }

    /** Whether {@link #mayAsk} would say no; takes nobody's turn. */
    boolean mayNotAsk() {
        Ringing ringing = state.get();
        return ringing != null && clock.instant().isBefore(ringing.nextTry());
    }

    /** Whether a token request may leave; while it rings, true for one caller a minute. */
    boolean mayAsk() {
        Ringing ringing = state.get();
        if (ringing == null) {
            return true;
        }
        Instant now = clock.instant();
        return !now.isBefore(ringing.nextTry())
                && state.compareAndSet(ringing, new Ringing(ringing.since(), ringing.reason(), now.plus(PAUSE)));
    }

    void ring(String reason) {
        Instant now = clock.instant();
        Ringing before = state.getAndUpdate(ringing ->
                new Ringing(ringing == null ? now : ringing.since(), reason, now.plus(PAUSE)));
        if (before == null) {
            log.error("Amazon refuses this application, so no seller gets a new access token: {}. Check LWA_CLIENT_ID and"
                    + " LWA_CLIENT_SECRET; a client secret lasts 180 days.", reason);
        }
    }

    void silence() {
        Ringing before = state.get() == null ? null : state.getAndSet(null);
        if (before != null) {
            log.warn("Amazon takes this application again; it was refused since {}", before.since());
        }
    }
}
