package dev.tollgate.disk;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.CheckedLines.Line;

/**
 * A file of {@link CheckedLine checked lines} that is being appended to. After any failed write or sync it takes nothing
 * more: what then lies on disk is known only by opening it anew. {@link RandomAccessFile} rather than a channel, since a
 * channel closes under the feet of all when one waiting thread is interrupted.
 */
public final class LineLog implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(LineLog.class);
    private static final Clock CLOCK = Clock.systemUTC();

    private final Path path;
    private final RandomAccessFile file;
    private final WriteMark mark;
    private final Durability durability;
    private final CRC32C crc;
    private final Object key;
    private final ReentrantLock syncing = new ReentrantLock();
    private volatile Written written;
    private volatile boolean broken;
    private @Nullable IOException syncFailure;
    private volatile long synced;
    /** Where the file is written next, as far as that is known: a call of the system less for each line. */
    private long place = -1;
    private final long opened;
    private volatile boolean closed;

    /** When a line is safe. */
    public enum Durability {
        /** When {@link #sync} returned: it survives a power cut. */
        SYNCED,
        /** When {@link #append} returned: it survives a kill of the process, not a power cut. */
        WRITTEN
    }

    private record Written(long bytes, long checksum) {
    }

    private LineLog(Path path, RandomAccessFile file, WriteMark mark, Durability durability, CRC32C crc) throws IOException {
        this.path = path;
        this.file = file;
        this.mark = mark;
        this.durability = durability;
        this.crc = crc;
        this.written = new Written(file.length(), crc.getValue());
        this.opened = written.bytes;
        this.key = HeldFiles.key(path).orElse(path);
        if (durability == Durability.SYNCED) {
            HeldFiles.hold(path);
        } else {
            HeldFiles.holdRewritten(path);
        }
        mark.write(written.bytes, written.checksum);
    }

    /**
     * Opens or makes the file, after {@link #recover recovering} it.
     *
     * @throws IOException when it cannot be read or written at all; damage inside it is no such reason
     */
    public static LineLog open(Path path, Durability durability) throws IOException {
        recover(path);
        boolean isNew = Files.notExists(path);
        RandomAccessFile file = new RandomAccessFile(OwnerOnly.file(path).toFile(), "rw");
        try {
            if (isNew) {
                DurableFiles.syncDirectory(path);
            }
            CRC32C crc = new CRC32C();
            byte[] buffer = new byte[1 << 16];
            for (int read = file.read(buffer); read > 0; read = file.read(buffer)) {
                crc.update(buffer, 0, read);
            }
            return new LineLog(path, file, WriteMark.open(path), durability, crc);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Sees to it that the file holds whole, undamaged lines only. What a crash left of its last line is completed if only
     * the line feed is missing, else cut. A damaged file is kept aside, said as an ERROR with its lines, and written anew
     * with what can be read of it; a file that is gone is said, too.
     *
     * @return whether lines that were read before may now stand elsewhere: it was damaged, not just torn
     * @throws IOException when the file cannot be read at all
     */
    public static boolean recover(Path path) throws IOException {
        WriteMark.Expected expected = WriteMark.read(path);
        if (Files.notExists(path)) {
            if (expected.bytes() > 0) {
                LOG.error("{} is gone; it held {} bytes", path, expected.bytes());
            }
            WriteMark.drop(path);
            return true;
        }
        Damage damage = new Damage(path);
        long end = 0;
        Line unended = null;
        try (WriteMark.Check check = new WriteMark.Check(Files.newInputStream(path), expected);
                CheckedLines lines = CheckedLines.of(check, CheckedLines.MAX_LINE)) {
            for (Line line = lines.next(); line != null; line = lines.next()) {
                // A whole line that is found again inside the last one says that this one was damaged rather than torn.
                boolean torn = !line.ended() && unended == null && end >= expected.bytes();
                if (!torn && (!line.line().isReadable() || unended != null)) {
                    damage.atLine(line.number());
                }
                unended = line.ended() ? null : line;
                end = line.ended() ? line.end() : end;
            }
            if (check.fault() != null && (damage.isEmpty() || check.isShort())) {
                damage.at(check.fault());
            }
        }
        if (!damage.isEmpty()) {
            replace(path, damage);
        } else if (unended != null) {
            complete(path, end, unended);
        }
        return !damage.isEmpty();
    }

    private static void replace(Path path, Damage damage) {
        try {
            damage.keepAside(CLOCK.instant(), "Every line that can be read is used.");
            WriteMark.drop(path);
            DurableFiles.replace(path, out -> copyReadable(path, out));
        } catch (IOException e) {
            LOG.error("{} stays as it is, damaged lines are left out when it is read", path, e);
        }
    }

    private static void copyReadable(Path path, OutputStream out) throws IOException {
        try (CheckedLines lines = CheckedLines.open(path)) {
            for (Line line = lines.next(); line != null; line = lines.next()) {
                if (line.line().isReadable()) {
                    out.write(CheckedLine.seal(line.line().json()));
                }
            }
        }
    }

    private static void complete(Path path, long end, Line unended) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(OwnerOnly.file(path).toFile(), "rw")) {
            if (unended.line().isReadable()) {
                file.seek(file.length());
                file.write('\n');
            } else {
                LOG.warn("{} ended in a torn line of {} bytes, which no one was told is safe; it is dropped", path,
                        file.length() - end);
                file.setLength(end);
            }
            file.getFD().sync();
        }
    }

    /** Renames a closed log. */
    public static void move(Path from, Path to) throws IOException {
        WriteMark.move(from, to);
    }

    /** Removes a closed log, if it is there. */
    public static void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
        WriteMark.drop(path);
    }

    /** Bytes in the file. */
    public long length() {
        return written.bytes;
    }

    /** Bytes of it that a {@link #sync} has reached or that were there when it was opened. */
    public long durable() {
        return Math.max(opened, synced);
    }

    /** The same as {@link #isDisplaced}, of up to half a second ago. */
    public boolean wasDisplaced() {
        return !closed && HeldFiles.isLost(path);
    }

    /** Whether its name was taken away: deleted, moved, or given to another file. */
    public boolean isDisplaced() {
        return !closed && !HeldFiles.isSame(path, key);
    }

    /**
     * Writes everything that was appended to another file, for a log that is displaced.
     *
     * @throws IOException when it cannot be read or written
     */
    public void copyTo(Path other) throws IOException {
        DurableFiles.replace(other, out -> {
            byte[] buffer = new byte[1 << 16];
            place = -1;
            file.seek(0);
            for (long left = written.bytes; left > 0; ) {
                int read = file.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read < 0) {
                    throw new IOException(path + " ended " + left + " bytes early");
                }
                out.write(buffer, 0, read);
                left -= read;
            }
        });
    }

    /** Whether it takes no more lines. */
    public boolean isBroken() {
        return broken;
    }

    /**
     * Appends whole lines; one caller at a time.
     *
     * @param lines made by {@link CheckedLine#seal}
     * @return the position up to which {@link #sync} makes them durable
     * @throws IOException when they were not written, or in part
     */
    public long append(byte[] lines) throws IOException {
        if (broken) {
            throw new IOException(path + " takes nothing more after a failed write");
        }
        try {
            if (place != written.bytes) {
                file.seek(written.bytes);
            }
            place = -1;
            file.write(lines);
            place = written.bytes + lines.length;
        } catch (IOException e) {
            broken = true;
            cutTorn(e);
            throw e;
        }
        crc.update(lines, 0, lines.length);
        written = new Written(written.bytes + lines.length, crc.getValue());
        if (durability == Durability.WRITTEN) {
            mark.write(written.bytes, written.checksum);
        }
        return written.bytes;
    }

    /** What a full disk took of a line is no line: without it the file is whole at once, and not at its next opening. */
    private void cutTorn(IOException because) {
        try {
            file.setLength(written.bytes);
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    /**
     * Returns when everything up to the position is on disk; callers that wait together share one sync.
     *
     * @throws IOException when it may not be
     */
    public void sync(long upTo) throws IOException {
        syncing.lock();
        try {
            if (synced >= upTo) {
                return;
            }
            if (syncFailure != null) {
                throw new IOException("An earlier sync of the same file failed", syncFailure);
            }
            Written all = written;
            file.getFD().sync();
            synced = all.bytes;
            mark.write(all.bytes, all.checksum);
        } catch (IOException e) {
            broken = true;
            syncFailure = e;
            throw e;
        } finally {
            syncing.unlock();
        }
    }

    /** Closes without a sync; for files that need none. */
    public void abandon() throws IOException {
        close(false);
    }

    /** Syncs and closes; whoever still waits for a sync finds it done. */
    @Override
    public void close() throws IOException {
        close(true);
    }

    private void close(boolean durably) throws IOException {
        syncing.lock();
        try {
            if (!closed) {
                closed = true;
                HeldFiles.release(path);
                try (file; mark) {
                    if (durably && syncFailure == null) {
                        sync(written.bytes);
                    }
                }
            }
        } finally {
            syncing.unlock();
        }
    }
}
