package dev.tollgate.budget;

import org.jspecify.annotations.Nullable;

import dev.tollgate.store.Step;

/**
 * A call was answered without a reading (Keepa: a PNG, or an error envelope full of zeros), and this is what it cost. The
 * reply is not believed to be a balance; only the cost is taken off.
 *
 * @param id   the reservation
 * @param cost whole tokens, 0 or more
 * @param plan how the bucket fills from now on; null: as it did
 */
public record Charge(String id, long cost, @Nullable Plan plan) implements BucketEvent<Settlement> {

    /** Of a reply that says nothing of how the bucket fills. */
    public Charge(String id, long cost) {
        this(id, cost, null);
    }

    @Override
    public Step<BucketState, Settlement> on(BucketState s) {
        if (s.reservation(id).isEmpty()) {
            return new Step<>(planned(s), new Settlement(false, false, 0));
        }
        BucketState charged = fillingAnew(s).without(id).withBalance(s.balance() - cost * Plan.TOKEN).withConsumed(cost);
        return new Step<>(planned(charged), new Settlement(true, false, cost));
    }

    private BucketState planned(BucketState s) {
        return plan == null || plan.equals(s.plan()) ? s : s.under(plan);
    }

    /** A full bucket whose tokens come one by one begins to fill when the first is taken, so the next never comes sooner. */
    private static BucketState fillingAnew(BucketState s) {
        boolean full = s.balance() >= s.plan().capacity() && s.plan().tick() < s.plan().period();
        return !full ? s : new BucketState(s.at(), s.balance(), s.plan(), s.at() + s.plan().tick(), s.readingAt(), s.heardAt(),
                s.holdUntil(), s.consumed(), s.inFlight());
    }
}
