package dev.tollgate.verdict;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.Damage;
import dev.tollgate.disk.DurableFiles;
import dev.tollgate.disk.WriteMark;
import dev.tollgate.verdict.JournalRecord.Answer;
import dev.tollgate.verdict.JournalRecord.TakenOver;

/** Start-up: the journal is replayed and mended, then a dictionary that is new here is taken over. */
record VerdictLoader(CacheSettings settings, VerdictMemory memory, Instant now) {

    private static final Logger LOG = LoggerFactory.getLogger(VerdictCache.class);
    private static final int BATCH = 10_000;

    /** @throws IOException when a file cannot be read or written at all; damage inside it is no such reason */
    VerdictJournal load() throws IOException {
        Path path = settings.journal();
        DurableFiles.dropUnfinished(path);
        Damage damage = new Damage(path);
        JournalReplay replay = JournalReplay.of(path, memory::apply, damage);
        damage.keepAside(now, "The " + replay.records() + " answers that can be read serve on.");
        if (!damage.isEmpty() && Files.exists(path)) {
            // As many bytes as there are: rewriting takes what can be read of them.
            WriteMark.drop(path);
        }
        VerdictJournal journal = VerdictJournal.open(path, damage.isEmpty() && !replay.unended() || !Files.exists(path)
                ? replay.intactLength() : Files.size(path));
        try {
            mend(journal, replay, damage);
            if (Files.exists(settings.dictionary())) {
                takeOver(journal);
            }
            return journal;
        } catch (IOException | RuntimeException failed) {
            journal.close();
            throw failed;
        }
    }

    private void mend(VerdictJournal journal, JournalReplay replay, Damage damage) throws IOException {
        if (replay.tornBytes() > 0 && damage.isEmpty()) {
            LOG.warn("The last line of {} was torn by a crash and is dropped ({} bytes); no caller had its answer yet.",
                    settings.journal(), replay.tornBytes());
        }
        if (!damage.isEmpty() || replay.unended()) {
            journal.rewrite(memory::needs);
            memory.compacted();
        }
    }

    private void takeOver(VerdictJournal journal) throws IOException {
        Path dictionary = settings.dictionary();
        long modifiedAt = Files.getLastModifiedTime(dictionary).toMillis();
        TakenOver mark = new TakenOver(Files.size(dictionary), modifiedAt);
        if (memory.tookOver(mark)) {
            return;
        }
        List<JournalRecord> batch = new ArrayList<>();
        LegacyDictionary.Reading reading = LegacyDictionary.read(dictionary, (key, value) -> {
            Answer answer = new Answer(key.text(), value, modifiedAt / 1000);
            Verdict known = memory.get(answer.key());
            // An answer given here stays; one from this very file gives way, as the later of two equal keys does in JSON.
            if (known == null || known.judgedAt() == answer.judgedAt() && !known.isOf(answer)) {
                memory.apply(answer);
                batch.add(answer);
                if (batch.size() == BATCH) {
                    journal.append(batch);
                    batch.clear();
                }
            }
        });
        memory.apply(mark);
        batch.add(mark);
        // Last, so that a crash before it only means that the file is read once more.
        journal.append(batch);
        report(dictionary, reading);
    }

    private void report(Path dictionary, LegacyDictionary.Reading reading) throws IOException {
        LOG.info("Took over {} answers from {}, which stays as it is.", reading.answers(), dictionary);
        if (reading.skipped() > 0) {
            LOG.warn("{} entries of {} are no verdicts and are passed over: a verdict is true or false, 1 or 0, \"yes\" or \"no\", or"
                    + " an object with one under \"verdict\". Their questions are asked again.", reading.skipped(), dictionary);
        }
        if (reading.damage() != null) {
            Path copy = DurableFiles.keepAside(dictionary, now);
            LOG.error("{} could be read in part only: {}. A copy is kept as {}.", dictionary, reading.damage(),
                    copy.getFileName());
        }
    }
}
