package dev.tollgate.budget;

import java.util.Optional;

import dev.tollgate.store.Step;

/**
 * A reply came and said what the call cost. The reservation ends; the reading becomes the balance when it is news. The
 * cost is not taken off the balance as well: a reading that is news holds it, and so does the newer one that overtook it.
 *
 * @param id       the reservation
 * @param reading  the reply's meter
 * @param consumed whole tokens the call cost
 */
public record Settle(String id, Reading reading, long consumed) implements BucketEvent<Settlement> {

    @Override
    public Step<BucketState, Settlement> on(BucketState s) {
        Optional<Reservation> made = s.reservation(id);
        Anchor anchor = new Anchor(reading, made.map(Reservation::since).orElse(0L));
        boolean news = anchor.isNews(s);
        long charged = made.isPresent() ? consumed : 0;
        BucketState settled = s.without(id).withConsumed(charged);
        return new Step<>(news ? anchor.adopt(settled) : settled, new Settlement(made.isPresent(), news, charged));
    }
}
