package dev.tollgate.ledger;

/** What became of a paid call. In every case it is on record when the caller sees this. */
public enum Booking {
    /** In the database, log and summary alike. */
    BOOKED,
    /** It had been in the database before; nothing changed. */
    ALREADY_BOOKED,
    /** On disk; a replay brings it into the database. */
    SPOOLED
}
