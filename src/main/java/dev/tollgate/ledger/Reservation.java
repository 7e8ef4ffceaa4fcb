package dev.tollgate.ledger;

import java.time.Instant;

/**
 * Leave for one call to spend tokens, or the refusal of it. Give it back with {@link Reservations#settle} once, after
 * the call's usage is booked; given back twice or never it does no harm.
 *
 * @param tokens     what the call is expected to use
 * @param leaseUntil from then on it no longer counts
 * @param admitted   false: the limit is reached, nothing was reserved
 */
public record Reservation(String id, long tokenId, long tokens, Instant leaseUntil, boolean admitted) {
}
