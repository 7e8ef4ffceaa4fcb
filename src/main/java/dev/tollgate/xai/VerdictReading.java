package dev.tollgate.xai;

/** What an answer of the API says about the question. */
public sealed interface VerdictReading {

    /** What the call used, whether its answer is of any use or not. */
    Usage usage();

    /** A complete answer that follows the schema; may be kept. */
    record Judged(boolean verdict, Usage usage) implements VerdictReading {
    }

    /**
     * An answer that is no verdict. It was paid for, and must not be kept.
     *
     * @param reason a sentence for the caller; holds nothing of the answer's text
     */
    record Unusable(String reason, Usage usage) implements VerdictReading {
    }
}
