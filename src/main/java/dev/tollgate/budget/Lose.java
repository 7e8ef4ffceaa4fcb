package dev.tollgate.budget;

import java.util.Optional;

import dev.tollgate.store.Step;

/**
 * The call left and no reply will be read: a timeout, a caller who hung up. The upstream charges all the same, so the
 * reservation stays until a reading tells that was asked for afterwards, or until its lease ends.
 *
 * @param id the reservation
 */
public record Lose(String id) implements BucketEvent<Settlement> {

    @Override
    public Step<BucketState, Settlement> on(BucketState s) {
        Optional<Reservation> made = s.reservation(id);
        BucketState next = s.withInFlight(s.inFlight().stream()
                .map(r -> r.id().equals(id) && r.lostAt() == 0 ? r.lost(s.at()) : r).toList());
        return new Step<>(next, new Settlement(made.isPresent(), false, 0));
    }
}
