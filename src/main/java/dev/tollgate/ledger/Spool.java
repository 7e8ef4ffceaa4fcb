package dev.tollgate.ledger;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.GroupCommit;
import dev.tollgate.disk.LineLog;

/**
 * Records on their way to the database, one JSON object a line. {@code <name>.ndjson} is appended to, and read by who brings
 * them over; when it has grown it is sealed, that is renamed to {@code <name>-<number>.ndjson}, and deleted when all its lines
 * are where they belong. A crash at any point leaves only whole files, whose records are brought over once more.
 */
final class Spool<T> implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final long LARGEST_RESERVE = 1 << 20;
    /** Whoever appends waits while it is sealed; a start offers what it holds once more. */
    private static final long LARGEST_FILE = 2 << 20;
    private static final Duration GATHER = Duration.ofNanos(500_000);
    /** Bytes that no disk loses in the time for which they are not asked for again. */
    private static final long PLENTY = 256 << 20;
    private static final long PLENTY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Path folder;
    private final String name;
    private final Class<T> type;
    private final long maxBytes;
    private final boolean durable;
    /** Writes and syncs what callers append together; null where nobody waits for a sync. */
    private final GroupCommit<Waiting> commits;
    private final ReentrantLock lock = new ReentrantLock();
    /** Of the sealed files. Bound: their number, whose bytes have a bound together. */
    private final TreeMap<Path, Progress> progress = new TreeMap<>();
    private Progress ofActive = new Progress();
    private LineLog active;
    private long sealedBytes;
    private long number;
    /** When the disk had {@link #PLENTY} of room, in nanoseconds of the JVM. */
    private volatile long sawPlenty = System.nanoTime() - PLENTY_NANOS;

    /**
     * @param maxBytes bound of all files together
     * @param durable  whether an append returns only when the record would survive a power cut, not just a kill
     */
    Spool(Path folder, String name, Class<T> type, long maxBytes, boolean durable) throws IOException {
        this.folder = folder;
        this.name = name;
        this.type = type;
        this.maxBytes = maxBytes;
        this.durable = durable;
        for (Path segment : sealed()) {
            LineLog.recover(segment);
            progress.put(segment, new Progress());
            sealedBytes += Files.size(segment);
            number = Math.max(number, numberOf(segment));
        }
        active = opened();
        commits = durable ? new GroupCommit<>("tollgate-spool-" + name, this::commit, GATHER) : null;
    }

    /** A line whose caller waits until it is safe. */
    private static final class Waiting {

        private final byte[] line;
        private IOException refused;

        Waiting(byte[] line) {
            this.line = line;
        }
    }

    /** What was written, and up to where it is to be synced. */
    private record Written(LineLog segment, long end) {
    }

    Path activePath() {
        return folder.resolve(name + ".ndjson");
    }

    Class<T> type() {
        return type;
    }

    /** @throws IOException when the record is not safe: {@link SpoolFullException}, or whatever the file system said */
    void append(T record) throws IOException {
        byte[] line = Json.line(record);
        if (commits == null) {
            write(line);
            return;
        }
        Waiting waiting = new Waiting(line);
        GroupCommit.await(commits.submit(waiting));
        if (waiting.refused != null) {
            throw waiting.refused;
        }
    }

    /** All by one write and one sync; where they do not fit together, one after the other, since some may. */
    private void commit(List<Waiting> batch) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream(batch.size() << 9);
        batch.forEach(one -> lines.writeBytes(one.line));
        Written written;
        try {
            written = write(lines.toByteArray());
        } catch (IOException e) {
            if (batch.size() > 1) {
                batch.forEach(one -> commit(List.of(one)));
            } else {
                batch.get(0).refused = e;
            }
            return;
        }
        try {
            written.segment.sync(written.end);
        } catch (IOException e) {
            batch.forEach(one -> one.refused = e);
        }
    }

    /** Whole or not at all. */
    private Written write(byte[] lines) throws IOException {
        lock.lock();
        try {
            LineLog segment = usable();
            if (sealedBytes + segment.length() + lines.length > maxBytes) {
                throw new SpoolFullException(activePath() + " and its segments hold " + maxBytes + " bytes");
            }
            return new Written(segment, segment.append(lines));
        } finally {
            lock.unlock();
        }
    }

    /** Room for those already on their way besides the next: an eighth of the bound, at most 1 MiB, stays free for them. */
    boolean hasRoom() {
        lock.lock();
        try {
            return sealedBytes + usable().length() + reserve() <= maxBytes && isOnDiskWithRoom();
        } catch (IOException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the disk has that room, whatever the bound of the spool says. */
    boolean hasDisk() {
        if (System.nanoTime() - sawPlenty < PLENTY_NANOS) {
            return true;
        }
        lock.lock();
        try {
            usable();
            return isOnDiskWithRoom();
        } catch (IOException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Asked for many calls: one question to the system, where a FileStore reads the table of everything that is mounted first. */
    private boolean isOnDiskWithRoom() {
        long room = folder.toFile().getUsableSpace();
        sawPlenty = System.nanoTime() - (room >= PLENTY ? 0 : PLENTY_NANOS);
        return room >= reserve();
    }

    private long reserve() {
        return Math.min(LARGEST_RESERVE, maxBytes / 8);
    }

    /** Saves what stands in a file that was deleted or replaced, and begins a new one. */
    void rescueIfDisplaced() {
        lock.lock();
        try {
            usable();
        } catch (IOException e) {
            LOG.debug("{} cannot be opened now", activePath(), e);
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is a line that was never offered to the database. */
    boolean hasFresh() {
        lock.lock();
        try {
            return readableActive() > ofActive.tried().position()
                    || progress.entrySet().stream().anyMatch(one -> sizeIfThere(one.getKey()) > one.getValue().tried().position());
        } finally {
            lock.unlock();
        }
    }

    /** Whether all lines are where they belong. */
    boolean isDone() {
        lock.lock();
        try {
            return !hasFresh() && !ofActive.isWaiting() && progress.values().stream().noneMatch(Progress::isWaiting);
        } finally {
            lock.unlock();
        }
    }

    /** How far one of the files was brought over; null for one that is gone. */
    Progress progress(Path file) {
        lock.lock();
        try {
            return file.equals(activePath()) ? ofActive : progress.get(file);
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of one of the files that may be read: what nobody was told is safe may not. */
    long readable(Path file) {
        lock.lock();
        try {
            return !file.equals(activePath()) ? sizeIfThere(file) : readableActive();
        } finally {
            lock.unlock();
        }
    }

    private long readableActive() {
        return active == null ? 0 : durable ? active.durable() : active.length();
    }

    /** Every file, oldest first, without a look at the folder. */
    List<Path> known() {
        lock.lock();
        try {
            return Stream.concat(progress.keySet().stream(), Stream.of(activePath())).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Takes up files that somebody has put into the folder. */
    void rescan() throws IOException {
        lock.lock();
        try {
            for (Path file : sealed()) {
                if (progress.putIfAbsent(file, new Progress()) == null) {
                    number = Math.max(number, numberOf(file));
                    sealedBytes += sizeIfThere(file);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Seals the file that is appended to when lines of it were offered and wait, so that it keeps its name while they do. */
    void sealWaiting() throws IOException {
        lock.lock();
        try {
            if (ofActive.isWaiting()) {
                seal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Begins a new file when this one has grown. Not while fresh lines are being read.
     *
     * @param small whether the file that is appended to is sealed as soon as nothing in it waits, however short it is
     * @return sealed files whose lines are all where they belong, to be deleted
     */
    List<Path> tidy(boolean small) throws IOException {
        lock.lock();
        try {
            long length = active == null ? 0 : active.length();
            boolean isDone = !ofActive.isWaiting() && ofActive.tried().position() >= length;
            if (length > LARGEST_FILE || isDone && length > (small ? 0 : Math.min(LARGEST_FILE, reserve()))) {
                seal();
            }
            return progress.entrySet().stream().filter(one -> !one.getValue().isWaiting()
                    && one.getValue().tried().position() >= sizeIfThere(one.getKey())).map(Map.Entry::getKey).toList();
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return sealedBytes + (active == null ? sizeIfThere(activePath()) : active.length());
        } finally {
            lock.unlock();
        }
    }

    /** Sealed segments, oldest first. */
    List<Path> sealed() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().matches(name + "-\\d{12}\\.ndjson")).sorted().toList();
        }
    }

    /** Every file, oldest first; for the look at the start, before anything is appended. */
    List<Path> files() throws IOException {
        return Stream.concat(sealed().stream(), Stream.of(activePath())).toList();
    }

    /** Closes what was appended so far into a segment; empty when there is nothing. */
    Optional<Path> seal() throws IOException {
        lock.lock();
        try {
            LineLog segment = usable();
            if (segment.length() == 0) {
                return Optional.empty();
            }
            active = null;
            segment.close();
            Path sealed = folder.resolve("%s-%012d.ndjson".formatted(name, ++number));
            LineLog.move(activePath(), sealed);
            sealedBytes += segment.length();
            progress.put(sealed, ofActive);
            ofActive = new Progress();
            active = opened();
            return Optional.of(sealed);
        } finally {
            lock.unlock();
        }
    }

    /** The segment's records are where they belong. */
    void delete(Path segment) throws IOException {
        lock.lock();
        try {
            LineLog.delete(segment);
            progress.remove(segment);
            sealedBytes = progress.keySet().stream().mapToLong(Spool::sizeIfThere).sum();
        } finally {
            lock.unlock();
        }
    }

    private LineLog usable() throws IOException {
        if (active != null && active.isBroken()) {
            LineLog broken = active;
            active = null;
            broken.close();
        }
        if (active != null && active.isDisplaced()) {
            rescue();
        }
        if (active == null) {
            active = opened();
        }
        return active;
    }

    /** The file was deleted or replaced while it was written to: what stands in it becomes a segment. */
    private void rescue() throws IOException {
        Path sealed = folder.resolve("%s-%012d.ndjson".formatted(name, number + 1));
        if (active.length() > 0) {
            active.copyTo(sealed);
            number++;
            sealedBytes += active.length();
            progress.put(sealed, ofActive);
        }
        ofActive = new Progress();
        LineLog displaced = active;
        active = null;
        displaced.abandon();
        LOG.error("{} was deleted or replaced while it was written to; its {} bytes are saved as {}", activePath(),
                displaced.length(), sealed.getFileName());
    }

    private LineLog opened() throws IOException {
        if (LineLog.recover(activePath())) {
            ofActive = new Progress();
        }
        return LineLog.open(activePath(), durable ? LineLog.Durability.SYNCED : LineLog.Durability.WRITTEN);
    }

    private long numberOf(Path segment) {
        String file = segment.getFileName().toString();
        return Long.parseLong(file.substring(name.length() + 1, file.length() - ".ndjson".length()));
    }

    private static long sizeIfThere(Path path) {
        return path.toFile().length();
    }

    @Override
    public void close() throws IOException {
        if (commits != null) {
            commits.close();
        }
        lock.lock();
        try {
            if (active != null) {
                usable().close();
            }
        } finally {
            lock.unlock();
        }
    }
}
