package dev.tollgate.budget;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * A bucket whose balance may be below zero, at one moment. Immutable; {@link Bucket#next} makes the next one.
 *
 * <p>Amounts are milli-tokens (see {@link Plan#TOKEN}), because a flow reduction is a fraction of a token; times are this
 * machine's epoch milliseconds, but for {@code readingAt}.
 *
 * @param at          the moment up to which refills are counted
 * @param balance     what the upstream's meter is thought to show: what it said last, plus the refills since
 * @param plan        how the bucket fills
 * @param nextTick    when the next refill arrives, always after {@code at}
 * @param readingAt   the upstream's time of the reading that holds, 0 before the first
 * @param heardAt     when that reading arrived here, 0 before the first
 * @param holdUntil   nothing is admitted before; set when the upstream refused a call
 * @param consumed    whole tokens settled since the state was first made
 * @param inFlight    the reservations, oldest first
 */
public record BucketState(long at, long balance, Plan plan, long nextTick, long readingAt, long heardAt,
        long holdUntil, long consumed, List<Reservation> inFlight) {

    /** @throws IllegalArgumentException when the next refill is not in the future */
    public BucketState {
        inFlight = List.copyOf(inFlight);
        if (nextTick <= at) {
            throw new IllegalArgumentException("The next refill must be after " + at + ", not at " + nextTick);
        }
    }

    /**
     * A bucket nobody has heard of yet. None of its balance is sure, so one call goes first and its reply tells the
     * truth.
     *
     * @param plan   the starting guess
     * @param tokens the guessed balance in whole tokens
     * @param now    the first refill is thought to be one tick away
     */
    public static BucketState unheard(Plan plan, long tokens, Instant now) {
        long at = now.toEpochMilli();
        return new BucketState(at, tokens * Plan.TOKEN, plan, at + plan.tick(), 0, 0, 0, 0, List.of());
    }

    /** What is left when every call in flight costs what is expected, in milli-tokens. */
    public long available() {
        return balance - reserved(r -> r.price().expected());
    }

    /**
     * What the upstream's meter shows at least when the last of all calls in flight and one more arrives there: in
     * whatever order they travel, every other one cost its bound, and the balance is wrong by its {@link #doubt}.
     */
    public long assuredWith(Price another) {
        long smallest = another.bound();
        for (Reservation r : inFlight) {
            smallest = r.counts(at) ? Math.min(smallest, r.price().bound()) : smallest;
        }
        long others = another.bound() - smallest;
        return balance - doubt() - reserved(r -> r.price().bound()) - others * Plan.TOKEN;
    }

    /**
     * How far the balance is not to be relied on, in milli-tokens: nothing while the last reading is younger than the last
     * refill (than a period, where tokens arrive one by one), half a bucket once a refill was only counted here and not seen
     * (somebody else may have spent it), and all of it before the first reading.
     */
    public long doubt() {
        if (heardAt == 0) {
            return Math.max(0, balance);
        }
        return heardAt < nextTick - Math.max(plan.tick(), plan.period()) ? plan.capacity() / 2 : 0;
    }

    /** Whether a reply is still awaited. */
    public boolean awaitsReply() {
        return inFlight.stream().anyMatch(r -> r.awaited(at));
    }

    /** How far the balance is below zero in whole tokens, rounded up; 0 when it is not. */
    public long deficit() {
        return Math.max(0, -Math.floorDiv(balance, Plan.TOKEN));
    }

    /** Milliseconds from {@link #at} until so many milli-tokens more have arrived; {@link Decision#NEVER} without refill. */
    public long millisUntil(long missing) {
        if (missing <= 0) {
            return 0;
        }
        long perTick = plan.perTick();
        if (perTick == 0) {
            return Decision.NEVER;
        }
        long ticks = (missing + perTick - 1) / perTick;
        return Math.min(Decision.NEVER, nextTick - at + (ticks - 1) * plan.tick());
    }

    /** The reservation of that id, also for a while after its lease ended. */
    public Optional<Reservation> reservation(String id) {
        for (Reservation r : inFlight) {
            if (r.id().equals(id)) {
                return Optional.of(r);
            }
        }
        return Optional.empty();
    }

    /** The first in line asks ten times a second, mostly while nothing is in flight. */
    private long reserved(ToLongFunction<Reservation> tokens) {
        long sum = 0;
        for (Reservation r : inFlight) {
            sum += r.counts(at) ? tokens.applyAsLong(r) : 0;
        }
        return Plan.TOKEN * sum;
    }

    /**
     * The same bucket under another plan: what is in it stays, as far as it fits, and the next refill comes no later than
     * the new plan's.
     */
    public BucketState under(Plan other) {
        return new BucketState(at, Math.min(balance, other.capacity()), other, Math.min(nextTick, at + other.tick()),
                readingAt, heardAt, holdUntil, consumed, inFlight);
    }

    /** The same tokens, and the next refill when it was due, under another plan. */
    BucketState filledBy(Plan other) {
        return new BucketState(at, balance, other, nextTick, readingAt, heardAt, holdUntil, consumed, inFlight);
    }

    BucketState with(Reservation added) {
        List<Reservation> more = new ArrayList<>(inFlight);
        more.add(added);
        return withInFlight(more);
    }

    BucketState without(String id) {
        List<Reservation> others = new ArrayList<>(inFlight);
        others.removeIf(r -> r.id().equals(id));
        return withInFlight(others);
    }

    BucketState withInFlight(List<Reservation> reservations) {
        return new BucketState(at, balance, plan, nextTick, readingAt, heardAt, holdUntil, consumed,
                reservations);
    }

    BucketState withBalance(long newBalance) {
        return new BucketState(at, newBalance, plan, nextTick, readingAt, heardAt, holdUntil, consumed,
                inFlight);
    }

    BucketState withConsumed(long tokens) {
        return new BucketState(at, balance, plan, nextTick, readingAt, heardAt, holdUntil,
                consumed + tokens, inFlight);
    }

    BucketState heldUntilInstead(long millis) {
        return new BucketState(at, balance, plan, nextTick, readingAt, heardAt, millis, consumed, inFlight);
    }

    BucketState heldUntil(long millis) {
        return new BucketState(at, balance, plan, nextTick, readingAt, heardAt,
                Math.max(holdUntil, millis), consumed, inFlight);
    }
}
