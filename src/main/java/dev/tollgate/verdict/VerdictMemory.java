package dev.tollgate.verdict;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.tollgate.verdict.JournalRecord.Answer;
import dev.tollgate.verdict.JournalRecord.TakenOver;

/**
 * What the journal says, as a bounded map: one entry a key, the last line wins. Read by everybody, written by one thread
 * at a time.
 */
final class VerdictMemory {

    /** Bytes that an entry with an ordinary key takes. */
    private static final int ENTRY = 250;

    /** Bound: tollgate.xai.cache-entries of 250 bytes; a longer key counts for several. */
    private final Cache<String, Verdict> answers;
    private TakenOver takenOver;
    private long superseded;

    /** @param maxEntries of {@value #ENTRY} bytes; one with a longer key counts for several */
    VerdictMemory(long maxEntries) {
        // Maintenance on the caller's thread: a hundred microseconds now and then rather than a pool of its own.
        answers = Caffeine.newBuilder().maximumWeight(maxEntries * ENTRY)
                .weigher((String key, Verdict verdict) -> Math.max(ENTRY, key.length())).executor(Runnable::run).build();
    }

    Verdict get(String key) {
        return answers.getIfPresent(key);
    }

    void put(String key, Verdict verdict) {
        if (answers.asMap().put(key, verdict) != null) {
            superseded++;
        }
    }

    /** Applies a line of the journal. */
    void apply(JournalRecord record) {
        if (record instanceof Answer answer) {
            put(answer.key(), new Verdict(answer.value(), answer.judgedAt()));
        } else {
            takenOver = (TakenOver) record;
        }
    }

    /** Whether a line of the journal still says something: an answer that left memory for want of room does. */
    boolean needs(JournalRecord record) {
        if (record instanceof Answer answer) {
            Verdict current = answers.policy().getIfPresentQuietly(answer.key());
            return current == null || current.isOf(answer);
        }
        return record.equals(takenOver);
    }

    boolean tookOver(TakenOver dictionary) {
        return dictionary.equals(takenOver);
    }

    /** Lines that a later one made void, since the last {@link #compacted()}. */
    long superseded() {
        return superseded;
    }

    void compacted() {
        superseded = 0;
    }

    long size() {
        return answers.estimatedSize();
    }
}
