package dev.tollgate.budget;

import dev.tollgate.store.Step;

/**
 * A call left while the bucket that all nodes share could not be asked; it counts from now on. The result says whether it was
 * not there already.
 *
 * @param made what was reserved for it
 */
public record Restore(Reservation made) implements BucketEvent<Boolean> {

    @Override
    public Step<BucketState, Boolean> on(BucketState s) {
        boolean unknown = s.reservation(made.id()).isEmpty();
        return new Step<>(unknown ? s.with(made) : s, unknown);
    }
}
