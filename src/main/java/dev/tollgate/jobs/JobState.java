package dev.tollgate.jobs;

import java.util.Locale;

/** Where a job stands. */
public enum JobState {

    /** Ordered; another one is worked on. */
    QUEUED,
    /** Being worked on. */
    RUNNING,
    /** Being worked on and held up; its message says by what. */
    WAITING,
    /** Every item was tried. */
    DONE,
    /** Given up; its message says why. */
    FAILED,
    /** Given up because somebody asked for it. */
    CANCELLED;

    /** Whether nothing more will happen. */
    public boolean isEnd() {
        return compareTo(DONE) >= 0;
    }

    /** As callers read it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
