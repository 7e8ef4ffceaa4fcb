package dev.tollgate.budget;

import dev.tollgate.store.Step;

/**
 * A call was answered without a reading (Keepa: a PNG, or an error envelope full of zeros), and this is what it cost. The
 * reply is not believed to be a balance; only the cost is taken off.
 *
 * @param id   the reservation
 * @param cost whole tokens, 0 or more
 */
public record Charge(String id, long cost) implements BucketEvent<Settlement> {

    @Override
    public Step<BucketState, Settlement> on(BucketState s) {
        if (s.reservation(id).isEmpty()) {
            return new Step<>(s, new Settlement(false, false, 0));
        }
        BucketState charged = s.without(id).withBalance(s.balance() - cost * Plan.TOKEN).withConsumed(cost);
        return new Step<>(charged, new Settlement(true, false, cost));
    }
}
