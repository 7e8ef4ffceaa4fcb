package dev.tollgate.budget;

import dev.tollgate.store.Step;

/**
 * Nothing is admitted before a time, because the balance is not known, or a hold of this kind ends earlier.
 *
 * @param instead the hold that this one replaces, as it was set; 0: none. One that somebody else has set meanwhile stays
 * @param until   epoch milliseconds of this machine; 0: nothing is held any more
 */
public record Hold(long instead, long until) implements BucketEvent<Long> {

    /** The result is until when is held now. */
    @Override
    public Step<BucketState, Long> on(BucketState s) {
        BucketState next = instead != 0 && s.holdUntil() == instead ? s.heldUntilInstead(until) : s.heldUntil(until);
        return new Step<>(next, next.holdUntil());
    }
}
