package dev.tollgate.kit;

/**
 * How a caller takes part in a flight.
 *
 * @param <V> what a flight brings
 */
public sealed interface Boarding<V> {

    /**
     * This caller makes the call, and must land or crash the ticket, whatever happens.
     *
     * @param ticket ends the flight
     */
    record Leader<V>(Flights.Ticket<V> ticket) implements Boarding<V> {
    }

    /**
     * Somebody else's call brought the answer.
     *
     * @param result what the leader landed with
     */
    record Follower<V>(V result) implements Boarding<V> {
    }

    /**
     * No answer came: the call was lost, too many leaders crashed, or the waiting caller was interrupted or has waited for long enough.
     *
     * @param reason a sentence
     */
    record Abandoned<V>(String reason) implements Boarding<V> {
    }
}
