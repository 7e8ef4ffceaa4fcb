package dev.tollgate.ledger;

import dev.tollgate.disk.LineLog;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that wait for the database, one JSON object a line. {@code <name>.ndjson} is appended to; for a replay it is
 * sealed, that is renamed to {@code <name>-<number>.ndjson}, and deleted when all its lines are where they belong. A
 * crash at any point leaves only whole files to replay once more.
 */
final class Spool<T> implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final long LARGEST_RESERVE = 1 << 20;

    private final Path folder;
    private final String name;
    private final Class<T> type;
    private final long maxBytes;
    private final boolean durable;
    private final ReentrantLock lock = new ReentrantLock();
    private LineLog active;
    private long sealedBytes;
    private long number;

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
            sealedBytes += Files.size(segment);
            number = Math.max(number, numberOf(segment));
        }
        active = opened();
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
        LineLog segment;
        long end;
        lock.lock();
        try {
            segment = usable();
            if (sealedBytes + segment.length() + line.length > maxBytes) {
                throw new SpoolFullException(activePath() + " and its segments hold " + maxBytes + " bytes");
            }
            end = segment.append(line);
        } finally {
            lock.unlock();
        }
        if (durable) {
            segment.sync(end);
        }
    }

    /** Room for those already on their way besides the next: an eighth of the bound, at most 1 MiB, stays free for them. */
    boolean hasRoom() {
        long reserve = Math.min(LARGEST_RESERVE, maxBytes / 8);
        lock.lock();
        try {
            return sealedBytes + usable().length() + reserve <= maxBytes
                    && Files.getFileStore(folder).getUsableSpace() >= reserve;
        } catch (IOException e) {
            return false;
        } finally {
            lock.unlock();
        }
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

    boolean isEmpty() {
        return bytes() == 0;
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
            long size = Files.size(segment);
            LineLog.delete(segment);
            sealedBytes -= size;
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
        }
        LineLog displaced = active;
        active = null;
        displaced.abandon();
        LOG.error("{} was deleted or replaced while it was written to; its {} bytes are saved as {}", activePath(),
                displaced.length(), sealed.getFileName());
    }

    private LineLog opened() throws IOException {
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
