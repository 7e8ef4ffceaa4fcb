package dev.tollgate.sandbox;

import dev.tollgate.keepa.KeepaCall;

/** What a call costs at the simulated Keepa. Decided from what it finds, so nobody can know it before. */
@FunctionalInterface
public interface KeepaTariff {

    /** Whole tokens, 0 or more; the same for the same call. */
    long cost(KeepaCall call);

    /** Keepa's price list, applied to the simulated {@link KeepaFinds}. */
    static KeepaTariff real() {
        return KeepaFinds::cost;
    }
}
