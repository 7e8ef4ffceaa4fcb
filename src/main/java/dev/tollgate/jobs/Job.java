package dev.tollgate.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

import dev.tollgate.disk.CheckedLine;
import dev.tollgate.disk.OwnerOnly;

/**
 * One job and its folder. Everything that matters is on the disk before a method returns, so that a process that is killed
 * goes on where it was; what the disk does not take is held in memory and written later. Once it has ended its items are on
 * the disk only. Safe for use by many threads; one at a time works on it.
 */
public final class Job {

    /** Owner of what nobody's key ordered: admin key, loopback, inbox, schedule, and earlier versions. */
    public static final String OPERATOR = "operator";

    private static final Logger LOG = LoggerFactory.getLogger(Job.class);
    private static final ObjectMapper JSON = JsonMapper.builder().findAndAddModules().build();

    /** How long a job waits before it looks whether there is room again; that costs no call. */
    private static final Duration NO_ROOM = Duration.ofSeconds(5);

    /** Bytes that are left to everybody else on the disk. */
    private static final long RESERVE = 1 << 20;

    /** An end is a few hundred bytes. */
    private static final long LONGEST_END = 1 << 20;

    private final Path directory;
    private final JobDisk disk;
    private final JobKind kind;
    private final Object looking = new Object();
    private volatile Order order;
    private AsinList items;
    private JobJournal journal;
    private Object plan;
    private JobState state = JobState.QUEUED;
    private String message;
    private JobJournal.Totals totals = new JobJournal.Totals(0, 0, 0);
    private Instant endedAt;
    private Instant notBefore = Instant.EPOCH;
    private int failures;
    private boolean endDue;
    private volatile boolean looked = true;

    private Job(Path directory, JobDisk disk, Order order, AsinList items, JobKind kind) {
        this.directory = directory;
        this.disk = disk;
        this.order = order;
        this.items = items;
        this.kind = kind;
    }

    /**
     * Writes a new job down.
     *
     * @throws IOException when the disk does not take it; nothing is left of it then
     */
    static Job create(Path directory, JobDisk disk, Order order, AsinList items, JobKind kind) throws IOException {
        try {
            OwnerOnly.folders(directory);
            new OrderFile(directory, disk).write(order, items);
            Job job = new Job(directory, disk, order, items, kind);
            job.journal = JobJournal.open(directory, items, disk, order.orderedAt());
            return job;
        } catch (IOException e) {
            removeAll(directory);
            throw e;
        }
    }

    /**
     * A job as it is on the disk; empty when the process died before its order was written, or nobody knows its kind.
     *
     * @param mostItems of an order of an earlier version; with more the job has failed
     * @param kinds     the kind of job of that name, or null
     * @throws IOException              when the order, or something else that is needed, cannot be read
     * @throws IllegalArgumentException when the order cannot be done
     */
    static Optional<Job> open(Path directory, JobDisk disk, int mostItems, Function<String, JobKind> kinds, Instant now)
            throws IOException {
        OrderFile file = new OrderFile(directory, disk);
        Path end = end(directory);
        if (!Files.exists(end)) {
            return unfinished(file, directory, disk, mostItems, kinds, now);
        }
        Order head = file.readHead();
        if (head == null) {
            OrderFile.Read read = file.read(mostItems, now);
            head = read == null ? null : read.order();
        }
        JobKind kind = head == null ? null : kinds.apply(head.type());
        if (kind == null) {
            return Optional.empty();
        }
        Job job = new Job(directory, disk, head, null, kind);
        Optional<End> how = readEnd(end, disk, now);
        if (how.isPresent()) {
            job.ended(how.get(), Files.getLastModifiedTime(end).toInstant());
        } else {
            job.endLost(file.read(mostItems, now), now);
        }
        job.looked = false;
        job.trimOrder(null, now);
        return Optional.of(job);
    }

    private static Optional<Job> unfinished(OrderFile file, Path directory, JobDisk disk, int mostItems,
            Function<String, JobKind> kinds, Instant now) throws IOException {
        try {
            OrderFile.Read read = file.read(mostItems, now);
            JobKind kind = read == null ? null : kinds.apply(read.order().type());
            if (kind == null) {
                return Optional.empty();
            }
            kind.check(read.order().order(), read.items());
            if (file.isEarlier()) {
                file.write(read.order(), read.items());
                file.dropEarlier();
            }
            Job job = new Job(directory, disk, read.order(), read.items(), kind);
            job.journal = JobJournal.open(directory, read.items(), disk, now);
            job.said(job.journal.damaged());
            return Optional.of(job);
        } catch (TooManyItemsException tooMany) {
            Order head = file.readHead();
            Job job = new Job(directory, disk, head, null, kinds.apply(head.type()));
            LOG.error("The job in {} is given up: {} Its order stays in the folder", directory, tooMany.getMessage());
            job.ended(new End(JobState.FAILED, tooMany.getMessage(), 0, 0, 0, job.total(), now), now);
            job.writeEnd();
            return Optional.of(job);
        }
    }

    private void said(int damaged) {
        if (damaged > 0) {
            message = "%d results were damaged on the gateway's disk and are fetched again".formatted(damaged);
        }
    }

    private void ended(End how, Instant written) {
        state = how.state();
        message = how.message();
        totals = new JobJournal.Totals(how.done(), how.failed(), how.tokens());
        endedAt = how.at() == null ? written : how.at();
    }

    /** That a job has ended is more certain than how: it is not gone on with, since somebody may have cancelled it. */
    private void endLost(OrderFile.Read read, Instant now) throws IOException {
        JobJournal found = JobJournal.open(directory, read.items(), disk, now);
        boolean complete = found.isComplete();
        totals = found.totals();
        state = complete ? JobState.DONE : JobState.FAILED;
        message = complete ? null : "The file that says how this job ended is damaged. Its results are those that there are; order the rest again.";
        endedAt = now;
        writeEnd();
    }

    private static Optional<End> readEnd(Path file, JobDisk disk, Instant now) throws IOException {
        byte[] text = Files.size(file) > LONGEST_END ? new byte[0] : Files.readAllBytes(file);
        int length = text.length > 0 && text[text.length - 1] == '\n' ? text.length - 1 : text.length;
        CheckedLine line = CheckedLine.open(Arrays.copyOf(text, length));
        try {
            if (line.isReadable()) {
                return Optional.of(JSON.readValue(line.json(), End.class)).filter(end -> end.state() != null && end.state().isEnd());
            }
        } catch (IOException damaged) {
            LOG.debug("{} is not JSON", file, damaged);
        }
        new DamagedParts(file, disk, now).keep(0, text, 1, "damaged");
        return Optional.empty();
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

    /** The id of the key that ordered it, {@value #OPERATOR} for whoever runs the gateway. */
    public String owner() {
        return order.owner() == null ? OPERATOR : order.owner();
    }

    /** The order as it was accepted, without its items; of one whose job has ended what is kept of it. */
    public JsonNode order() {
        return order.order();
    }

    /** How many items it has. */
    public int total() {
        return order.total();
    }

    /** How many items it holds in memory. */
    synchronized int itemsInMemory() {
        return items == null ? 0 : items.size();
    }

    /** When it ended; null while it has not. */
    synchronized Instant endedAt() {
        return endedAt;
    }

    public synchronized JobState state() {
        return state;
    }

    /** What is told of its order, and what holds it up and until when, or ended it; null when there is nothing to say. */
    public String message() {
        return message(null);
    }

    /** The same, with this where nothing holds it up by itself. */
    synchronized String message(String otherwise) {
        String what = message == null ? otherwise : message;
        if (message != null && state == JobState.WAITING) {
            what = "%s. Next try at %s.".formatted(message.replaceFirst("\\.$", ""), notBefore.truncatedTo(ChronoUnit.SECONDS));
        }
        String note = order.note();
        return note == null ? what : what == null ? note : note + " " + what;
    }

    /** Whether it was ordered by this owner with this {@code Idempotency-Key}, given as its digest; null: without one. */
    boolean isOf(String orderer, String kind, String idempotencyKey) {
        return owner().equals(orderer) && type().equals(kind) && Objects.equals(order.idempotencyKey(), idempotencyKey);
    }

    /** Whether just this was ordered, given as its digest. */
    boolean isOrderOf(String digest) {
        return digest.equals(order.digest());
    }

    public synchronized JobJournal.Totals totals() {
        return journal == null ? totals : journal.totals();
    }

    /** The first items that are left, in order; none once the job has ended. */
    public synchronized List<String> pending(int most) {
        List<String> pending = new ArrayList<>();
        for (int at = nextPending(0); at >= 0 && pending.size() < most; at = nextPending(at + 1)) {
            pending.add(items.get(at));
        }
        return pending;
    }

    /** What is left, in order; looked up item by item, so that it may shrink meanwhile. */
    public Iterable<String> pending() {
        return () -> new Iterator<>() {

            private int at = nextPending(0);

            @Override
            public boolean hasNext() {
                return at >= 0;
            }

            @Override
            public String next() {
                String item = itemAt(at);
                if (item == null) {
                    throw new NoSuchElementException();
                }
                at = nextPending(at + 1);
                return item;
            }
        };
    }

    private synchronized int nextPending(int from) {
        return items == null || journal == null ? -1 : journal.nextPending(from);
    }

    private synchronized String itemAt(int place) {
        return place < 0 || items == null ? null : items.get(place);
    }

    /** How many items are left. */
    public synchronized int left() {
        return items == null || journal == null ? 0 : journal.left();
    }

    /** Whether every item was tried and is on the disk. */
    public synchronized boolean isComplete() {
        return journal == null || journal.isComplete();
    }

    /** Bytes of {@link #results()} that will not change any more. */
    public synchronized long resultsLength() {
        return journal == null ? results().toFile().length() : journal.length();
    }

    /** The file of results, see {@link JobJournal}. */
    public Path results() {
        return JobJournal.results(directory);
    }

    /** What is finished so far, as NDJSON. */
    InputStream openResults() throws IOException {
        return new ResultStream(results(), resultsLength());
    }

    /** What a worker makes of the order, made once and kept until the job ends; empty when it has ended. */
    @SuppressWarnings("unchecked")
    public synchronized <T> Optional<T> plan(BiFunction<JsonNode, List<String>, T> maker) {
        if (items == null) {
            return Optional.empty();
        }
        if (plan == null) {
            plan = maker.apply(order.order(), items);
        }
        return Optional.of((T) plan);
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

    /**
     * Writes a batch down; the job is done with the last one. What was paid for is kept even when the job has ended. What the
     * disk does not take stays in memory, and {@link #writeAgain} tries again; the job waits meanwhile.
     */
    public synchronized void append(List<JobJournal.Entry> batch, long tokens, Instant now) throws IOException {
        if (journal == null) {
            OrderFile.Read read = new OrderFile(directory, disk).read(Integer.MAX_VALUE, now);
            journal = JobJournal.open(directory, read.items(), disk, now);
        }
        try {
            journal.append(batch, tokens);
            failures = 0;
            written(now);
        } catch (IOException e) {
            LOG.error("The disk does not take results of job {} in {}. They are kept in memory, written when there is room, and"
                    + " not paid again", id(), directory, e);
            noRoom(e, now);
        }
    }

    /** Whether something that was paid for waits for room on the disk. */
    synchronized boolean isHolding() {
        return journal != null && journal.isHolding() || endDue;
    }

    /** Tries to write what the disk did not take; not more often than every few seconds. */
    synchronized void writeAgain(Instant now) {
        if (!isHolding() || notBefore.isAfter(now)) {
            return;
        }
        try {
            if (journal != null) {
                journal.writeHeld();
            }
            written(now);
            LOG.info("The disk takes the results of job {} again: nothing was lost", id());
        } catch (IOException e) {
            noRoom(e, now);
        }
    }

    /** A last try before the process ends. */
    synchronized void close(Instant now) {
        notBefore = Instant.EPOCH;
        writeAgain(now);
        if (journal != null && journal.isHolding()) {
            LOG.error("{} results of job {} are lost, because the disk of {} has no room for them: they will be paid again",
                    journal.holding(), id(), directory);
        }
    }

    private void written(Instant now) throws IOException {
        if (state.isEnd()) {
            endDue = true;
            totals = journal == null ? totals : journal.totals();
            writeEnd();
            endDue = false;
            journal = null;
            return;
        }
        message = null;
        if (journal.isComplete()) {
            finish(JobState.DONE, null, now);
        }
    }

    private void noRoom(IOException e, Instant now) {
        String reason = e instanceof FileSystemException file && file.getReason() != null ? file.getReason()
                : e instanceof FileSystemException ? e.getClass().getSimpleName() : e.getMessage();
        notBefore = now.plus(NO_ROOM);
        if (!state.isEnd()) {
            holdUpUntil("The disk of tollgate.data-dir does not take the results (%s). %d that are paid for wait in memory and are written when there is room"
                    .formatted(reason, journal == null ? 0 : journal.holding()), notBefore);
        }
    }

    /**
     * Whether the disk has room for what so many items may bring, asked before they are paid for. Without it the job waits and
     * says so.
     *
     * @param leastBytes of an item, until results show how long they are
     */
    public synchronized boolean hasRoomFor(int count, long leastBytes, Instant now) {
        JobJournal.Totals so = totals();
        long finished = so.done() + so.failed();
        long each = Math.max(leastBytes, finished == 0 ? 0 : 2 * resultsLength() / finished);
        long needed = each * count + RESERVE;
        try {
            long usable = disk.usable(directory);
            if (usable < needed) {
                holdUpUntil("The disk of tollgate.data-dir has %d KB left, and the next results need %d KB. Nothing is bought until there is room; the job then goes on"
                        .formatted(usable >> 10, needed >> 10), now.plus(NO_ROOM));
            }
            return usable >= needed;
        } catch (IOException e) {
            LOG.warn("The disk of {} does not say how much room it has", directory, e);
            holdUpUntil("The disk of tollgate.data-dir does not say how much room it has; trying again", now.plus(NO_ROOM));
            return false;
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

    /** The same as {@link #finish}; where the disk does not take the end the job waits and says so. */
    public synchronized void finishOrWait(JobState end, String why, Instant now) {
        try {
            finish(end, why, now);
        } catch (IOException e) {
            LOG.error("The disk does not take the end of job {} in {}", id(), directory, e);
            noRoom(e, now);
        }
    }

    /**
     * Ends the job, unless it has ended.
     *
     * @throws IOException when the disk does not take the end; the job then has not ended
     */
    public synchronized void finish(JobState end, String why, Instant now) throws IOException {
        if (state.isEnd()) {
            return;
        }
        writeEnd(new End(end, why, journal.totals().done(), journal.totals().failed(), journal.totals().tokens(), total(), now));
        totals = journal.totals();
        state = end;
        message = why;
        endedAt = now;
        journal = journal.isHolding() ? journal : null;
        AsinList last = items;
        items = null;
        plan = null;
        trimOrder(last, now);
    }

    /**
     * Reads the files of a job that had ended when this process started, once: what is damaged is said, and a job that was done
     * goes on with what it lost.
     */
    void look(Instant now) {
        synchronized (looking) {
            if (looked) {
                return;
            }
            looked = true;
            try {
                OrderFile.Read read = new OrderFile(directory, disk).read(Integer.MAX_VALUE, now);
                JobJournal found = JobJournal.open(directory, read.items(), disk, now);
                if (found.damaged() > 0 && found.left() > 0) {
                    damaged(read, found);
                }
            } catch (IOException | RuntimeException e) {
                LOG.error("The files of job {} in {} cannot be read", id(), directory, e);
            }
        }
    }

    private synchronized void damaged(OrderFile.Read read, JobJournal found) throws IOException {
        totals = found.totals();
        if (state != JobState.DONE) {
            writeEnd();
            return;
        }
        Files.delete(end(directory));
        order = read.order();
        items = read.items();
        journal = found;
        state = JobState.QUEUED;
        endedAt = null;
        said(found.damaged());
    }

    /** Comes after the end is on the disk, since the order is needed as it was until then; again at the next start. */
    private void trimOrder(AsinList last, Instant now) {
        JsonNode kept = kind.afterwards(order.order());
        if (kept.equals(order.order())) {
            return;
        }
        try {
            OrderFile file = new OrderFile(directory, disk);
            AsinList written = last == null ? file.read(Integer.MAX_VALUE, now).items() : last;
            order = order.keeping(kept);
            file.write(order, written);
            file.dropEarlier();
        } catch (IOException e) {
            LOG.warn("The order of job {} stands as it was until the next start: {}", id(), e.toString());
        }
    }

    /** Removes the job's folder. */
    void remove() throws IOException {
        removeAll(directory);
    }

    private static void removeAll(Path directory) throws IOException {
        FileSystemUtils.deleteRecursively(directory);
    }

    private void writeEnd() throws IOException {
        writeEnd(new End(state, message, totals.done(), totals.failed(), totals.tokens(), total(), endedAt));
    }

    private void writeEnd(End end) throws IOException {
        byte[] line = CheckedLine.seal(JSON.writeValueAsBytes(end));
        disk.replace(end(directory), out -> out.write(line));
    }

    private static Path end(Path directory) {
        return directory.resolve("end.json");
    }

    /**
     * What is written when a job is ordered, beside its items.
     *
     * @param owner id of the key that ordered it
     * @param total how many items it has
     * @param order the other fields
     * @param note  what is told of the order as long as the job is there; null: nothing
     * @param idempotencyKey digest of the {@code Idempotency-Key} it was ordered with; null without one
     * @param digest of what was ordered, see {@link OrderDigest}; null in earlier versions
     */
    record Order(String id, String type, Instant orderedAt, String owner, int total, JsonNode order, String note,
            String idempotencyKey, String digest) {

        /** An order that nothing is told of. */
        Order(String id, String type, Instant orderedAt, String owner, int total, JsonNode order) {
            this(id, type, orderedAt, owner, total, order, null, null, null);
        }

        /** The same of so many items. */
        Order of(int items) {
            return new Order(id, type, orderedAt, owner, items, order, note, idempotencyKey, digest);
        }

        Order keeping(JsonNode fields) {
            return new Order(id, type, orderedAt, owner, total, fields, note, idempotencyKey, digest);
        }
    }

    /** What is written when it ends; earlier versions wrote neither {@code total} nor {@code at}. */
    record End(JobState state, String message, int done, int failed, long tokens, int total, Instant at) {
    }
}
