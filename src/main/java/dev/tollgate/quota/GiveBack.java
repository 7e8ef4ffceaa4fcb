package dev.tollgate.quota;

/** What became of a permit that was given back. */
public enum GiveBack {
    /** The call no longer counts; the file follows within milliseconds. */
    RETURNED,
    /** The permit had been given back before; nothing changed. */
    ALREADY_RETURNED,
    /** The day it was counted on is over; nothing changed. */
    DAY_OVER
}
