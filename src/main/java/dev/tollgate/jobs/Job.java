package dev.tollgate.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.store.SnapshotFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One job and its folder. Everything that matters is on the disk before a method returns, so that a process that is killed
 * goes on where it was. Safe for use by many threads; one at a time works on it.
 */
public final class Job {

    private static final ObjectMapper JSON = JsonMapper.builder().findAndAddModules().build();

    private static final Logger LOG = LoggerFactory.getLogger(Job.class);

    private final Path directory;
    private final List<String> items;
    private final UnaryOperator<JsonNode> afterwards;
    private volatile Order order;
    private JobJournal journal;
    private JobState state = JobState.QUEUED;
    private String message;
    private JobJournal.Totals totals;
    private Instant notBefore = Instant.EPOCH;
    private int failures;

    private Job(Path directory, Order order, List<String> items, UnaryOperator<JsonNode> afterwards) {
        this.directory = directory;
        this.order = order;
        this.items = items;
        this.afterwards = afterwards;
    }

    /** Writes a new job down. */
    static Job create(Path directory, Order order, List<String> items, UnaryOperator<JsonNode> afterwards) throws IOException {
        order(directory).write(JSON.writeValueAsBytes(order));
        return open(directory, order, items, afterwards);
    }

    /** The order in a folder; null when the process died before it was written. */
    static Order read(Path directory) throws IOException {
        byte[] text = order(directory).read().orElse(null);
        return text == null ? null : JSON.readValue(text, Order.class);
    }

    /**
     * A job as it is on the disk.
     *
     * @param afterwards what to keep of the order once the job has ended, see {@link JobKind#afterwards}
     */
    static Job open(Path directory, Order order, List<String> items, UnaryOperator<JsonNode> afterwards) throws IOException {
        Job job = new Job(directory, order, items, afterwards);
        byte[] end = job.end().read().orElse(null);
        if (end == null) {
            job.journal = JobJournal.open(directory);
        } else {
            End how = JSON.readValue(end, End.class);
            job.state = how.state();
            job.message = how.message();
            job.totals = new JobJournal.Totals(how.done(), how.failed(), how.tokens());
            job.trimOrder();
        }
        return job;
    }

    public String id() {
        return order.id();
    }

    public String type() {
        return order.type();
    }

    public Instant orderedAt() {
        return order.orderedAt();
    }

    /** The order as it was accepted; of one whose job has ended what is kept of it. */
    public JsonNode order() {
        return order.order();
    }

    public int total() {
        return items.size();
    }

    public synchronized JobState state() {
        return state;
    }

    /** What holds it up or ended it, in a sentence; null when there is nothing to say. */
    public synchronized String message() {
        return message;
    }

    public synchronized JobJournal.Totals totals() {
        return journal == null ? totals : journal.totals();
    }

    /** What is left, in order; nothing once the job has ended. */
    public synchronized List<String> pending() {
        return journal == null ? List.of() : journal.pending(items);
    }

    /** Whether nothing is left. */
    public synchronized boolean isComplete() {
        return journal == null || journal.isComplete(items);
    }

    /** Bytes of {@link #results()} that will not change any more. */
    public synchronized long resultsLength() {
        return journal == null ? results().toFile().length() : journal.length();
    }

    /** The file of results, NDJSON. */
    public Path results() {
        return JobJournal.results(directory);
    }

    /** Whether it may be worked on. */
    synchronized boolean isDue(Instant now) {
        return !state.isEnd() && !notBefore.isAfter(now);
    }

    /** Somebody works on it now. */
    public synchronized void run() {
        if (!state.isEnd()) {
            state = JobState.RUNNING;
        }
    }

    /** Writes a batch down; the job is done with the last one. What was paid for is kept even when the job has ended. */
    public synchronized void append(List<JobJournal.Entry> batch, long tokens) throws IOException {
        if (journal == null) {
            try (JobJournal ended = JobJournal.open(directory)) {
                ended.append(batch, tokens);
                totals = ended.totals();
            }
            writeEnd();
            return;
        }
        journal.append(batch, tokens);
        message = null;
        failures = 0;
        if (journal.isComplete(items)) {
            finish(JobState.DONE, null);
        }
    }

    /**
     * The next batch has to wait; the wait doubles with every failure in a row, up to five minutes. Those who fail while it
     * is held up already failed together.
     */
    public synchronized void holdUp(String why, Instant now) {
        if (!notBefore.isAfter(now)) {
            holdUpUntil(why, now.plusSeconds(Math.min(300, 1L << Math.min(failures++, 9))));
        }
    }

    /** Nothing happens before then. */
    public synchronized void holdUpUntil(String why, Instant then) {
        if (!state.isEnd()) {
            state = JobState.WAITING;
            message = why;
            notBefore = then;
        }
    }

    /** Ends the job, unless it has ended. */
    public synchronized void finish(JobState end, String why) throws IOException {
        if (state.isEnd()) {
            return;
        }
        totals = journal.totals();
        state = end;
        message = why;
        writeEnd();
        journal.close();
        journal = null;
        trimOrder();
    }

    /** Comes after the end is on the disk, since the order is needed as it was until then; again at the next start. */
    private void trimOrder() {
        JsonNode kept = afterwards.apply(order.order());
        if (kept.equals(order.order())) {
            return;
        }
        order = new Order(order.id(), order.type(), order.orderedAt(), kept);
        try {
            order(directory).write(JSON.writeValueAsBytes(order));
        } catch (IOException e) {
            LOG.warn("The order of job {} stands as it was until the next start: {}", order.id(), e.toString());
        }
    }

    synchronized void close() throws IOException {
        if (journal != null) {
            journal.close();
        }
    }

    private void writeEnd() throws IOException {
        end().write(JSON.writeValueAsBytes(new End(state, message, totals.done(), totals.failed(), totals.tokens())));
    }

    private static SnapshotFile order(Path directory) {
        return new SnapshotFile(directory.resolve("order.json"));
    }

    private SnapshotFile end() {
        return new SnapshotFile(directory.resolve("end.json"));
    }

    /** What is written when a job is ordered. */
    record Order(String id, String type, Instant orderedAt, JsonNode order) {
    }

    /** What is written when it ends. */
    record End(JobState state, String message, int done, int failed, long tokens) {
    }
}
