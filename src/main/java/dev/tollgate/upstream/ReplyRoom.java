package dev.tollgate.upstream;

import java.util.Optional;

import dev.tollgate.gateway.BodiesInMemory;

/**
 * The room that one reply takes in memory as it is read whole. It belongs to what its caller holds, until the caller has it;
 * where nobody waits for it, as in a job, it is given back when the reply has been read.
 */
final class ReplyRoom {

    private final BodiesInMemory.Share share;
    private final boolean own;

    /** @param caller what the caller holds; empty where there is none */
    ReplyRoom(Optional<BodiesInMemory.Share> caller, BodiesInMemory account) {
        this.share = caller.orElseGet(account::share);
        this.own = caller.isEmpty();
    }

    /** Waits until there is room; false when the exchange is late before there is. */
    boolean take(long bytes, Deadline deadline) {
        return share.arrive(bytes, deadline::isLate);
    }

    /** Nobody reads on. */
    void leave() {
        if (own) {
            share.close();
        } else {
            share.arrived();
        }
    }
}
