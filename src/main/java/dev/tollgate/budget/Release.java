package dev.tollgate.budget;

import dev.tollgate.store.Step;

/**
 * The call certainly never left, or was refused without cost: its tokens are free again.
 *
 * @param id the reservation
 */
public record Release(String id) implements BucketEvent<Settlement> {

    @Override
    public Step<BucketState, Settlement> on(BucketState s) {
        return new Step<>(s.without(id), new Settlement(s.reservation(id).isPresent(), false, 0));
    }
}
