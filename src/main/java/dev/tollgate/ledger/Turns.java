package dev.tollgate.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets a few bookings of one token at a time into the database, which would let their summary's row have one after the other
 * anyway. So a row that somebody has locked takes a few connections of the pool and not all; for a while afterwards its
 * bookings do not wait for it at all.
 */
final class Turns {

    private static final int AT_ONCE = 4;

    private final Clock clock;
    private final Duration longest;
    private final Duration away;
    /** Bound: tokens with a booking under way or a row that was locked lately. */
    private final ConcurrentHashMap<Long, Turn> turns = new ConcurrentHashMap<>();

    /**
     * @param longest how long a booking waits for its turn
     * @param away    how long bookings pass by a token whose row was locked
     */
    Turns(Clock clock, Duration longest, Duration away) {
        this.clock = clock;
        this.longest = longest;
        this.away = away;
    }

    /** Whether it is this booking's turn; then {@link #leave} ends it. Without a token there is no row to wait for. */
    boolean enter(Long tokenId) {
        if (tokenId == null) {
            return true;
        }
        Turn turn = turns.compute(tokenId, (id, known) -> (known == null ? new Turn() : known).with(1));
        try {
            if (!clock.instant().isBefore(turn.lockedUntil) && turn.places.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                if (!clock.instant().isBefore(turn.lockedUntil)) {
                    return true;
                }
                turn.places.release(); // found out by those in front
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // and the usage goes to disk at once
        }
        done(tokenId);
        return false;
    }

    void leave(Long tokenId) {
        if (tokenId != null) {
            turns.get(tokenId).places.release();
            done(tokenId);
        }
    }

    /** A booking waited too long for this token's row. */
    void locked(Long tokenId) {
        if (tokenId != null) {
            turns.computeIfPresent(tokenId, (id, turn) -> {
                turn.lockedUntil = clock.instant().plus(away);
                return turn;
            });
        }
    }

    private void done(long tokenId) {
        turns.computeIfPresent(tokenId, (id, turn) ->
                turn.with(-1).users == 0 && !clock.instant().isBefore(turn.lockedUntil) ? null : turn);
    }

    private static final class Turn {

        private final Semaphore places = new Semaphore(AT_ONCE, true);
        private int users;
        private volatile Instant lockedUntil = Instant.EPOCH;

        Turn with(int more) {
            users += more;
            return this;
        }
    }
}
