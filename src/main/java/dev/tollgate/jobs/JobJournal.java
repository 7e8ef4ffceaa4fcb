package dev.tollgate.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a job has done: a file of results, one line an item, and a file of checkpoints, one line a batch.
 *
 * <p>A batch is written to the results and forced to the disk, and only then is its checkpoint, which holds how long the
 * results are now. Whenever the process dies, results without a checkpoint are cut off at the next start, so every item is
 * in the results once, and only the batch in flight may be paid twice. A line that was torn in half does not count. One
 * process at a time; its methods may be called by several threads.
 */
public final class JobJournal implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final FileChannel results;
    private final FileChannel checkpoints;
    private final Set<String> done = new HashSet<>();
    private final Set<String> failed = new HashSet<>();
    private long tokens;
    private long finishedResults;
    private long finishedCheckpoints;

    private JobJournal(FileChannel results, FileChannel checkpoints) {
        this.results = results;
        this.checkpoints = checkpoints;
    }

    /**
     * Opens the journal of a job, new or old.
     *
     * @param directory of this job alone; made when it does not exist
     */
    public static JobJournal open(Path directory) throws IOException {
        Files.createDirectories(directory);
        JobJournal journal =
                new JobJournal(channel(results(directory)), channel(directory.resolve("checkpoints.ndjson")));
        journal.recover();
        return journal;
    }

    /** The file of results of a job. */
    public static Path results(Path directory) {
        return directory.resolve("results.ndjson");
    }

    /**
     * Writes a batch down. When it returns, the batch is finished for ever. Items that are finished already are left out
     * together with their lines.
     *
     * @param batch  in order
     * @param tokens what the batch cost, whole tokens
     */
    public synchronized void append(List<Entry> batch, long tokens) throws IOException {
        StringBuilder text = new StringBuilder();
        List<Entry> fresh = new ArrayList<>();
        for (Entry entry : batch) {
            if (!isFinished(entry.item()) && fresh.stream().noneMatch(e -> e.item().equals(entry.item()))) {
                fresh.add(entry);
                text.append(entry.line()).append('\n');
            }
        }
        long length = write(results, finishedResults, text.toString());
        Checkpoint checkpoint = new Checkpoint(items(fresh, true), items(fresh, false), tokens, length);
        finishedCheckpoints = write(checkpoints, finishedCheckpoints, JSON.writeValueAsString(checkpoint) + "\n");
        finishedResults = length;
        count(checkpoint);
    }

    private static List<String> items(List<Entry> entries, boolean done) {
        return entries.stream().filter(entry -> entry.done() == done).map(Entry::item).toList();
    }

    /** How many bytes of the results are finished for ever. */
    public synchronized long length() {
        return finishedResults;
    }

    /** What is left of these, in order. */
    public synchronized List<String> pending(List<String> asins) {
        return asins.stream().filter(asin -> !isFinished(asin)).toList();
    }

    /** Whether nothing is left of these. */
    public synchronized boolean isComplete(List<String> asins) {
        return done.size() + failed.size() >= asins.size() && asins.stream().allMatch(this::isFinished);
    }

    /** How far the job is. */
    public synchronized Totals totals() {
        return new Totals(done.size(), failed.size(), tokens);
    }

    @Override
    public synchronized void close() throws IOException {
        try (results; checkpoints) {
            results.force(true);
        }
    }

    private boolean isFinished(String asin) {
        return done.contains(asin) || failed.contains(asin);
    }

    private void recover() throws IOException {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(checkpoints.size()));
        int read = 0;
        while (all.hasRemaining() && read >= 0) {
            read = checkpoints.read(all, all.position());
        }
        long good = 0;
        long length = 0;
        for (String line : new String(all.array(), StandardCharsets.UTF_8).split("(?<=\n)")) {
            Checkpoint checkpoint = line.endsWith("\n") ? read(line) : null;
            if (checkpoint == null || checkpoint.length() > results.size()) {
                break;
            }
            count(checkpoint);
            good += line.getBytes(StandardCharsets.UTF_8).length;
            length = checkpoint.length();
        }
        checkpoints.truncate(good);
        results.truncate(length);
        finishedCheckpoints = good;
        finishedResults = length;
    }

    private void count(Checkpoint checkpoint) {
        done.addAll(checkpoint.done());
        failed.addAll(checkpoint.failed());
        tokens += checkpoint.tokens();
    }

    private static Checkpoint read(String line) {
        try {
            return JSON.readValue(line, Checkpoint.class);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** Writes behind what is finished, over what a full disk may have left there. */
    private static long write(FileChannel file, long at, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        file.truncate(at).position(at);
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
        file.force(false);
        return at + bytes.limit();
    }

    private static FileChannel channel(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
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

    /** One batch; {@code length} is that of the results after it. */
    record Checkpoint(List<String> done, List<String> failed, long tokens, long length) {
    }
}
