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
 * What a backfill has fetched: a file of results, one line an ASIN, and a file of checkpoints, one line a batch.
 *
 * <p>A batch is written to the results and forced to the disk, and only then is its checkpoint, which holds how long the
 * results are now. Whenever the process dies, results without a checkpoint are cut off at the next start, so every ASIN is
 * in the results once, and only the batch in flight may be paid twice. A line that was torn in half does not count. One
 * process at a time; not for use by several threads.
 */
public final class BackfillJournal implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final FileChannel results;
    private final FileChannel checkpoints;
    private final Set<String> done = new HashSet<>();
    private final Set<String> failed = new HashSet<>();
    private long tokens;

    private BackfillJournal(FileChannel results, FileChannel checkpoints) {
        this.results = results;
        this.checkpoints = checkpoints;
    }

    /**
     * Opens the journal of a job, new or old.
     *
     * @param directory of this job alone; made when it does not exist
     */
    public static BackfillJournal open(Path directory) throws IOException {
        Files.createDirectories(directory);
        BackfillJournal journal =
                new BackfillJournal(channel(results(directory)), channel(directory.resolve("checkpoints.ndjson")));
        journal.recover();
        return journal;
    }

    /** The file of results of a job. */
    public static Path results(Path directory) {
        return directory.resolve("results.ndjson");
    }

    /**
     * Writes a batch down. When it returns, the batch is finished for ever.
     *
     * @param lines    one JSON object an ASIN that was fetched, without line breaks, in order
     * @param fetched  the ASINs of those lines; those that are finished already are left out together with their lines
     * @param missing  the ASINs that Keepa did not answer
     * @param consumed whole tokens the batch cost
     */
    public void append(List<String> lines, List<String> fetched, List<String> missing, long consumed) throws IOException {
        StringBuilder text = new StringBuilder();
        List<String> fresh = new ArrayList<>();
        for (int i = 0; i < fetched.size(); i++) {
            if (!isFinished(fetched.get(i)) && !fresh.contains(fetched.get(i))) {
                fresh.add(fetched.get(i));
                text.append(lines.get(i)).append('\n');
            }
        }
        write(results, text.toString());
        Checkpoint checkpoint = new Checkpoint(fresh, missing.stream().filter(asin -> !isFinished(asin)).toList(), consumed,
                results.position());
        write(checkpoints, JSON.writeValueAsString(checkpoint) + "\n");
        count(checkpoint);
    }

    /** What is left of these, in order. */
    public List<String> pending(List<String> asins) {
        return asins.stream().filter(asin -> !isFinished(asin)).toList();
    }

    /** How far the job is. */
    public Totals totals() {
        return new Totals(done.size(), failed.size(), tokens);
    }

    @Override
    public void close() throws IOException {
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
        checkpoints.truncate(good).position(good);
        results.truncate(length).position(length);
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

    private static void write(FileChannel file, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
        file.force(false);
    }

    private static FileChannel channel(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /**
     * How far a job is.
     *
     * @param done   ASINs that were fetched
     * @param failed ASINs that Keepa did not answer
     * @param tokens what all of them cost, whole tokens
     */
    public record Totals(int done, int failed, long tokens) {
    }

    /** One batch; {@code length} is that of the results after it. */
    record Checkpoint(List<String> done, List<String> failed, long tokens, long length) {
    }
}
