package dev.tollgate.verdict;

import java.time.Duration;
import java.time.Instant;

/**
 * An answer in memory: 24 bytes.
 *
 * @param judgedAt seconds since 1970
 */
record Verdict(boolean value, long judgedAt) {

    /** 0 for an answer from a clock that has since stepped back. */
    Duration age(Instant now) {
        return Duration.ofSeconds(Math.max(0, now.getEpochSecond() - judgedAt));
    }

    boolean isOf(JournalRecord.Answer answer) {
        return value == answer.value() && judgedAt == answer.judgedAt();
    }
}
