package dev.tollgate.budget;

import java.time.Instant;
import java.util.List;

import dev.tollgate.store.Step;

/**
 * The arithmetic of a bucket: pure functions of state, event and time, with integers only.
 *
 * <p>The rules are Keepa's: tokens arrive once a minute, what is above the capacity expires, any call is admitted while
 * the meter is positive, and its price is taken afterwards, so that the balance may end below zero.
 */
public final class Bucket {

    /** Clocks of two threads or nodes may disagree by this much, in milliseconds, without anything having happened. */
    static final long JITTER = 1000;

    private Bucket() {
    }

    /**
     * What {@code event} makes of {@code state}.
     *
     * @param now the time of the event; a little before the state's own time counts as the same moment, much before it
     *            means that the clock was set back, and then every time in the state moves back with it
     */
    public static <R> Step<BucketState, R> next(BucketState state, BucketEvent<R> event, Instant now) {
        return event.on(advance(state, now));
    }

    /** The state at {@code now} when nothing happened but time: refills added, expired tokens and old leases gone. */
    public static BucketState advance(BucketState state, Instant now) {
        long millis = now.toEpochMilli();
        BucketState current = millis < state.at() - JITTER ? moved(state, millis - state.at()) : state;
        return millis <= current.at() ? current : forget(refill(current, millis));
    }

    private static BucketState refill(BucketState s, long now) {
        long nextTick = s.nextTick();
        long balance = s.balance();
        if (now >= nextTick) {
            long ticks = 1 + (now - nextTick) / s.plan().tick();
            nextTick += ticks * s.plan().tick();
            balance = filled(balance, ticks, s.plan());
        }
        return new BucketState(now, balance, s.plan(), nextTick, s.readingAt(), s.heardAt(), s.holdUntil(),
                s.consumed(), s.inFlight());
    }

    /** A balance that is above the capacity already (the upstream said so) neither grows nor shrinks. */
    private static long filled(long balance, long ticks, Plan plan) {
        long room = plan.capacity() - balance;
        long perTick = plan.perTick();
        if (room <= 0 || perTick == 0) {
            return balance;
        }
        return ticks >= room / perTick + 1 ? plan.capacity() : Math.min(plan.capacity(), balance + ticks * perTick);
    }

    private static BucketState forget(BucketState s) {
        if (s.inFlight().isEmpty()) {
            return s; // as mostly while somebody waits, who asks ten times a second
        }
        boolean nothing = s.inFlight().stream().noneMatch(r -> r.forgotten(s.at()));
        return nothing ? s : s.withInFlight(s.inFlight().stream().filter(r -> !r.forgotten(s.at())).toList());
    }

    private static BucketState moved(BucketState s, long millis) {
        List<Reservation> reservations = s.inFlight().stream().map(r -> r.moved(millis)).toList();
        return new BucketState(s.at() + millis, s.balance(), s.plan(), s.nextTick() + millis,
                s.readingAt(), s.heardAt() == 0 ? 0 : s.heardAt() + millis,
                s.holdUntil() == 0 ? 0 : s.holdUntil() + millis, s.consumed(), reservations);
    }
}
