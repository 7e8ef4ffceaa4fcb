package dev.tollgate.budget;

/** Who is served first when tokens are short. */
public enum ServiceClass {

    /** Somebody waits for the answer. */
    INTERACTIVE,

    /** A job that works through a list and has time; it is served too while interactive calls keep coming. */
    BACKFILL
}
