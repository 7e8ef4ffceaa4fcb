package dev.tollgate.jobs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.CheckedLine;
import dev.tollgate.disk.OwnerOnly;

/**
 * What a job has done: a file of results, one line an item, and a file of checkpoints, one line a batch. Each line carries its
 * checksum ({@link CheckedLine}); a line of results is {@code {"asin":"B000000001","done":true,"result":{…},"crc32c":"…"}}, not
 * {@code done} for an item that failed.
 *
 * <p>A batch is written to the results and forced to the disk before anything else happens. Whole lines count, whenever the
 * process dies, so that an item is paid once; only what was not written may be paid twice. A line that is damaged is copied to
 * {@code <file>.corrupt-<time>}, taken out, and said as an ERROR; its item is left to do again, and everything before and
 * after it stays. Checkpoints tell how long the results were, so that results which were cut off are noticed, too.
 *
 * <p>Files of earlier versions, without checksums, are read as far as their lines are JSON. One process at a time; its methods
 * may be called by several threads. Holds a few bits an item, and no file open.
 */
public final class JobJournal extends JobProgress {

    private static final Logger LOG = LoggerFactory.getLogger(JobJournal.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BEFORE_ITEM = "{\"asin\":\"";
    private static final String BEFORE_DONE = "\",\"done\":";
    private static final String BEFORE_RESULT = ",\"result\":";
    private static final int DONE_AT = BEFORE_ITEM.length() + AsinList.LENGTH + BEFORE_DONE.length();

    private final Path results;
    private final Path checkpoints;
    private final AsinList items;
    private final JobDisk disk;
    private long tokens;
    private long finishedResults;
    private long finishedCheckpoints;
    private int damaged;

    private JobJournal(Path directory, AsinList items, JobDisk disk) {
        super(items);
        this.results = results(directory);
        this.checkpoints = directory.resolve("checkpoints.ndjson");
        this.items = items;
        this.disk = disk;
    }

    /**
     * Opens the journal of a job, new or old, and mends what is damaged.
     *
     * @param directory of this job alone; made when it does not exist
     * @param items     of the order
     * @param now       for the names of copies of what is damaged
     */
    static JobJournal open(Path directory, AsinList items, JobDisk disk, Instant now) throws IOException {
        OwnerOnly.folders(directory);
        JobJournal journal = new JobJournal(directory, items, disk);
        journal.recover(now);
        return journal;
    }

    /** The file of results of a job. */
    static Path results(Path directory) {
        return directory.resolve("results.ndjson");
    }

    /** What a caller reads of a line of results that is whole. */
    static byte[] result(CheckedLine line) {
        byte[] json = line.json();
        if (line.state() != CheckedLine.State.SEALED) {
            return json;
        }
        return Arrays.copyOfRange(json, DONE_AT + (json[DONE_AT] == 't' ? 4 : 5) + BEFORE_RESULT.length(), json.length - 1);
    }

    private static byte[] line(Entry entry) {
        return CheckedLine.seal((BEFORE_ITEM + entry.item() + BEFORE_DONE + entry.done() + BEFORE_RESULT + entry.line() + "}")
                .getBytes(StandardCharsets.UTF_8));
    }

    /** What the disk does not take now goes with the next try; a checkpoint follows what it took. */
    @Override
    void write(List<Entry> entries, long spent) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (Entry entry : entries) {
            text.writeBytes(line(entry));
        }
        if (text.size() > 0) {
            disk.write(results, finishedResults, text.toByteArray());
        }
        finishedResults += text.size();
        tokens += spent;
    }

    @Override
    public synchronized void writeHeld() throws IOException {
        super.writeHeld();
        checkpoint();
    }

    /** How many bytes of the results are finished for ever. */
    public synchronized long length() {
        return finishedResults;
    }

    /** How many lines were damaged when the journal was opened, or ended too early. */
    public synchronized int damaged() {
        return damaged;
    }

    /** How far the job is. */
    public synchronized Totals totals() {
        return totals(tokens);
    }

    /** Not needed to go on, only to notice results that were cut off: what does not go now goes with the next batch. */
    private void checkpoint() {
        try {
            byte[] line = CheckedLine.seal(JSON.writeValueAsBytes(
                    new Checkpoint(finished(), tokens, finishedResults)));
            disk.write(checkpoints, finishedCheckpoints, line);
            finishedCheckpoints += line.length;
        } catch (IOException e) {
            LOG.warn("No checkpoint in {}, which is made up for with the next batch: {}", checkpoints, e.toString());
        }
    }

    private void recover(Instant now) throws IOException {
        Earlier earlier = new Earlier();
        finishedCheckpoints = new LineFile(checkpoints, disk, now).read(earlier::take);
        LineFile written = new LineFile(results, disk, now);
        finishedResults = written.read(line -> line.state() == CheckedLine.State.SEALED ? count(line.json())
                : countUnchecked(line.json(), earlier.failed));
        tokens = earlier.tokens();
        damaged = written.damaged();
        compare(earlier, written);
    }

    private void compare(Earlier earlier, LineFile file) {
        int finished = finished();
        int written = earlier.last == null ? earlier.written : earlier.last.items();
        if (finished < written) {
            damaged = Math.max(damaged, written - finished);
            LOG.error("{} holds {} of the {} results that were written; after line {} some may be missing. What is missing is"
                    + " fetched again", results, finished, written, file.last());
        } else if (finished > written) {
            LOG.warn("{} has no checkpoint for {} of {} results: the process ended between the two, or the file was cut off."
                    + " The results count", checkpoints, finished - written, finished);
        }
        if (finished != written) {
            checkpoint();
        }
    }

    private boolean count(byte[] json) {
        String head = new String(json, 0, Math.min(json.length, DONE_AT + 1), StandardCharsets.US_ASCII);
        if (head.length() <= DONE_AT || !head.startsWith(BEFORE_ITEM) || !head.startsWith(BEFORE_DONE, DONE_AT - BEFORE_DONE.length())) {
            return false;
        }
        int item = items.indexOf(head.substring(BEFORE_ITEM.length(), BEFORE_ITEM.length() + AsinList.LENGTH));
        if (item >= 0) {
            finished(item, head.charAt(DONE_AT) == 't');
        }
        return true;
    }

    /** A line of an earlier version tells by its fields whether its item failed, unless a checkpoint did. */
    private boolean countUnchecked(byte[] line, Set<String> failedBefore) throws IOException {
        JsonNode value = JSON.readTree(line);
        int item = items.indexOf(value.path("asin").asText());
        boolean isFailed = value.has("error") || value.path("results").findValuesAsText("result").contains("error");
        if (item >= 0) {
            finished(item, !isFailed && !failedBefore.contains(items.get(item)));
        }
        return true;
    }

    /** What the checkpoints say; those of earlier versions name every item. */
    private final class Earlier {

        private final Set<String> failed = new HashSet<>();
        private Checkpoint last;
        private int written;
        private long unchecked;

        boolean take(CheckedLine line) throws IOException {
            if (line.state() == CheckedLine.State.SEALED) {
                last = JSON.readValue(line.json(), Checkpoint.class);
                return true;
            }
            JsonNode checkpoint = JSON.readTree(line.json());
            checkpoint.path("failed").forEach(item -> failed.add(item.asText()));
            checkpoint.path("failed").forEach(this::count);
            checkpoint.path("done").forEach(this::count);
            unchecked += checkpoint.path("tokens").asLong();
            return true;
        }

        private void count(JsonNode item) {
            written += items.indexOf(item.asText()) >= 0 ? 1 : 0;
        }

        long tokens() {
            return last == null ? unchecked : last.tokens();
        }
    }

    /**
     * How far a job is.
     *
     * @param done   items that succeeded
     * @param failed items that did not
     * @param tokens what all of them cost, whole tokens
     */
    public record Totals(int done, int failed, long tokens) {
    }

    /**
     * One item of a batch.
     *
     * @param item its name in the order
     * @param line one JSON object without line breaks
     * @param done whether it succeeded
     */
    public record Entry(String item, String line, boolean done) {
    }

    /** After a batch: items finished in all, what all of them cost, and how long the results are. */
    record Checkpoint(int items, long tokens, long length) {
    }
}
