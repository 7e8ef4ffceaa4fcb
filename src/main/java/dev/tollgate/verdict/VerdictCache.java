package dev.tollgate.verdict;

import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.FileOwner;
import dev.tollgate.disk.GroupCommit;
import dev.tollgate.verdict.JournalRecord.Answer;

/**
 * Answers that were paid for once: in memory for reading, in a journal for keeping.
 *
 * <p>A lookup never touches the disk. An answer is synced to the journal before {@link #save} returns; callers that come
 * together share one sync. Start-up replays the journal. Only answers belong here: what the gateway falls back to when it
 * has none must not be saved.
 */
public final class VerdictCache implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(VerdictCache.class);
    private static final long WORTH_COMPACTING = 10_000;

    private final CacheSettings settings;
    private final Clock clock;
    private final FileOwner owner;
    private final VerdictMemory memory;
    private final VerdictJournal journal;
    private final GroupCommit<Answer> commits;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    private VerdictCache(CacheSettings settings, Clock clock, FileOwner owner) throws IOException {
        this.settings = settings;
        this.clock = clock;
        this.owner = owner;
        this.memory = new VerdictMemory(settings.maxEntries());
        this.journal = new VerdictLoader(settings, memory, clock.instant()).load();
        compactIfWorthIt();
        this.commits = new GroupCommit<>("tollgate-verdict-writer", this::write);
    }

    /**
     * Opens the cache: replays the journal, drops a line torn by a crash, keeps a damaged file aside and serves what can be
     * read of it, and takes over a dictionary that it has not seen in this state before.
     *
     * @throws dev.tollgate.disk.FileInUseException when another process owns the journal
     * @throws IOException                          when a file cannot be read or written at all
     */
    public static VerdictCache open(CacheSettings settings, Clock clock) throws IOException {
        long start = System.nanoTime();
        FileOwner owner = FileOwner.claim(settings.journal());
        try {
            VerdictCache cache = new VerdictCache(settings, clock, owner);
            LOG.info("{} answers ready from {} in {} ms", cache.memory.size(), settings.journal(),
                    (System.nanoTime() - start) / 1_000_000);
            return cache;
        } catch (IOException | RuntimeException failed) {
            owner.close();
            throw failed;
        }
    }

    /** What is known about a question. Memory only; a microsecond. */
    public Lookup lookup(VerdictKey key) {
        Lookup found = peek(key);
        (found.isHit() ? hits : misses).increment();
        return found;
    }

    /** As {@link #lookup}, but not counted: for looking a second time on behalf of the same caller. */
    public Lookup peek(VerdictKey key) {
        Verdict verdict = memory.get(key.text());
        if (verdict == null) {
            return new Lookup.Miss();
        }
        var age = verdict.age(clock.instant());
        return settings.timeToLive().filter(ttl -> age.compareTo(ttl) >= 0).isPresent()
                ? new Lookup.Stale(verdict.value(), age) : new Lookup.Hit(verdict.value(), age);
    }

    /**
     * Keeps an answer. Blocks until it is on disk; whoever finds it in the cache finds it there after that moment only.
     *
     * @return Saved; or MemoryOnly when the disk refused, for the answer is paid and should serve while the process lives
     */
    public Saving save(VerdictKey key, boolean value) {
        Instant now = clock.instant();
        try {
            GroupCommit.await(commits.submit(new Answer(key.text(), value, now.getEpochSecond())));
            return new Saving.Saved();
        } catch (IOException unwritten) {
            LOG.error("A verdict is kept in memory only, {} cannot be written", settings.journal(), unwritten);
            return new Saving.MemoryOnly(unwritten.getMessage());
        }
    }

    /** The cache in numbers. */
    public CacheView view() {
        return new CacheView(memory.size(), hits.sum(), misses.sum());
    }

    /** Writes what is queued and gives the files free. */
    @Override
    public void close() throws IOException {
        commits.close();
        journal.close();
        owner.close();
    }

    private void write(List<Answer> batch) throws IOException {
        try {
            journal.append(batch);
        } finally {
            batch.forEach(memory::apply);
        }
        compactIfWorthIt();
    }

    private void compactIfWorthIt() {
        if (memory.superseded() < Math.max(WORTH_COMPACTING, memory.size())) {
            return;
        }
        // Also after a failure: the next attempt comes when as many lines again are void, not with every answer.
        memory.compacted();
        try {
            journal.rewrite(memory::needs);
        } catch (IOException failed) {
            LOG.error("{} could not be compacted and goes on as it is", settings.journal(), failed);
        }
    }
}
