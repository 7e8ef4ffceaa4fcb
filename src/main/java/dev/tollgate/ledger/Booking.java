package dev.tollgate.ledger;

/** What became of a paid call. But for the last it is on record when the caller sees this. */
public enum Booking {
    /** In the database, log and summary alike. */
    BOOKED,
    /** It had been in the database before; nothing changed. */
    ALREADY_BOOKED,
    /** On disk; a replay brings it into the database. */
    SPOOLED,
    /** In memory, because neither took it; written as soon as one does. Until then no further call may be paid for. */
    IN_MEMORY
}
