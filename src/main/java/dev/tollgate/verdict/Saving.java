package dev.tollgate.verdict;

/** What became of an answer that was to be kept. */
public sealed interface Saving {

    /** It is on disk. */
    record Saved() implements Saving {
    }

    /**
     * It is in memory only and will have to be paid again after a restart.
     *
     * @param reason what the disk said
     */
    record MemoryOnly(String reason) implements Saving {
    }
}
