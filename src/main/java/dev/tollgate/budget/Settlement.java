package dev.tollgate.budget;

/**
 * What became of a reservation.
 *
 * @param known   whether the reservation was still there; false the second time
 * @param adopted whether the reply's reading is now the balance; false for a reply that a newer one overtook
 * @param charged whole tokens counted as spent
 */
public record Settlement(boolean known, boolean adopted, long charged) {
}
