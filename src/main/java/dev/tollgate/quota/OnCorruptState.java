package dev.tollgate.quota;

/** What a state file that cannot be trusted means for the day it is found on. */
public enum OnCorruptState {
    /** The day counts as spent: no call leaves before the next midnight. The default, because it cannot cost money. */
    SPENT,
    /** The day starts at 0: the operator accepts that up to one limit's worth of calls may leave twice. */
    RESET
}
