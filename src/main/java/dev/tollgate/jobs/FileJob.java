package dev.tollgate.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
 * A job and its folder. Everything that matters is on the disk before a method returns, so that a process that is killed
 * goes on where it was; what the disk does not take is held in memory and written later. Once it has ended its items are on
 * the disk only.
 */
final class FileJob extends Job {

    private static final Logger LOG = LoggerFactory.getLogger(FileJob.class);
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
    private JobJournal journal;
    private JobJournal.Totals totals = new JobJournal.Totals(0, 0, 0);
    private boolean endDue;
    private volatile boolean looked = true;

    private FileJob(Path directory, JobDisk disk, Order order, AsinList items, JobKind kind) {
        super(order, items);
        this.directory = directory;
        this.disk = disk;
        this.kind = kind;
    }

    /**
     * Writes a new job down.
     *
     * @throws IOException when the disk does not take it; nothing is left of it then
     */
    static FileJob create(Path directory, JobDisk disk, Order order, AsinList items, JobKind kind) throws IOException {
        try {
            OwnerOnly.folders(directory);
            new OrderFile(directory, disk).write(order, items);
            FileJob job = new FileJob(directory, disk, order, items, kind);
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
    static Optional<FileJob> open(Path directory, JobDisk disk, int mostItems, Function<String, JobKind> kinds, Instant now)
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
        FileJob job = new FileJob(directory, disk, head, null, kind);
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

    private static Optional<FileJob> unfinished(OrderFile file, Path directory, JobDisk disk, int mostItems,
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
            FileJob job = new FileJob(directory, disk, read.order(), read.items(), kind);
            job.journal = JobJournal.open(directory, read.items(), disk, now);
            job.said(job.journal.damaged());
            return Optional.of(job);
        } catch (TooManyItemsException tooMany) {
            Order head = file.readHead();
            FileJob job = new FileJob(directory, disk, head, null, kinds.apply(head.type()));
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

    @Override
    public synchronized JobJournal.Totals totals() {
        return journal == null ? totals : journal.totals();
    }

    @Override
    JobProgress progress() {
        return journal;
    }

    /** Bytes of {@link #results()} that will not change any more. */
    public synchronized long resultsLength() {
        return journal == null ? results().toFile().length() : journal.length();
    }

    /** The file of results, see {@link JobJournal}. */
    public Path results() {
        return JobJournal.results(directory);
    }

    @Override
    InputStream openResults() throws IOException {
        return new ResultStream(results(), resultsLength());
    }

    @Override
    public synchronized void append(List<JobJournal.Entry> batch, long tokens, Instant now) throws IOException {
        if (journal == null) {
            OrderFile.Read read = new OrderFile(directory, disk).read(Integer.MAX_VALUE, now);
            journal = JobJournal.open(directory, read.items(), disk, now);
        }
        try {
            journal.append(batch, tokens);
            succeeded();
            written(now);
        } catch (IOException e) {
            LOG.error("The disk does not take results of job {} in {}. They are kept in memory, written when there is room, and"
                    + " not paid again", id(), directory, e);
            noRoom(e, now);
        }
    }

    @Override
    synchronized boolean isHolding() {
        return journal != null && journal.isHolding() || endDue;
    }

    @Override
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

    @Override
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

    @Override
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

    @Override
    public synchronized void finishOrWait(JobState end, String why, Instant now) {
        try {
            finish(end, why, now);
        } catch (IOException e) {
            LOG.error("The disk does not take the end of job {} in {}", id(), directory, e);
            noRoom(e, now);
        }
    }

    @Override
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
        forgetItems();
        trimOrder(last, now);
    }

    /**
     * Reads the files of a job that had ended when this process started, once: what is damaged is said, and a job that was done
     * goes on with what it lost.
     */
    @Override
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

    /** What is written when it ends; earlier versions wrote neither {@code total} nor {@code at}. */
    record End(JobState state, String message, int done, int failed, long tokens, int total, Instant at) {
    }
}
