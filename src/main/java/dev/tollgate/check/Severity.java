package dev.tollgate.check;

/** What becomes of a set of routes with a finding. */
public enum Severity {

    /** It would not load, or it opens a hole: the set is not taken, the old one serves on. */
    ERROR,
    /** A trap or a matter of taste: the set is taken and the finding shown. */
    WARNING
}
