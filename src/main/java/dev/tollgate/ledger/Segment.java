package dev.tollgate.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of whole lines that is being appended to. After any failed write or sync it takes nothing more: what then
 * lies on disk is known only by opening it anew. {@link RandomAccessFile} rather than a channel, since a channel closes
 * under the feet of all when one waiting thread is interrupted.
 */
final class Segment implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Segment.class);

    private final RandomAccessFile file;
    private final ReentrantLock syncing = new ReentrantLock();
    private volatile long written;
    private volatile boolean broken;
    private IOException syncFailure;
    private long synced;
    private boolean closed;

    private Segment(RandomAccessFile file, long length) {
        this.file = file;
        this.written = length;
    }

    /** Opens or makes the file; what a crash left of its last line is completed if only the line feed is missing, else cut. */
    static Segment open(Path path) throws IOException {
        boolean isNew = Files.notExists(path);
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            if (isNew) {
                Folder.sync(path.toAbsolutePath().getParent());
            }
            mend(file, path);
            file.seek(file.length());
            return new Segment(file, file.length());
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static void mend(RandomAccessFile file, Path path) throws IOException {
        long start = file.length();
        while (start > 0 && byteAt(file, start - 1) != '\n') {
            start--;
        }
        int torn = Math.toIntExact(file.length() - start);
        if (torn == 0) {
            return;
        }
        byte[] tail = new byte[torn];
        file.seek(start);
        file.readFully(tail);
        if (Json.isWhole(new String(tail, StandardCharsets.UTF_8))) {
            file.write('\n');
        } else {
            LOG.warn("{} ended in a torn line of {} bytes, which no one was told is safe; it is dropped", path, torn);
            file.setLength(start);
        }
        file.getFD().sync();
    }

    private static int byteAt(RandomAccessFile file, long position) throws IOException {
        file.seek(position);
        return file.read();
    }

    long length() {
        return written;
    }

    boolean isBroken() {
        return broken;
    }

    /** Appends whole lines; one caller at a time. Returns the position up to which {@link #sync} makes them durable. */
    long append(byte[] lines) throws IOException {
        try {
            file.write(lines);
        } catch (IOException e) {
            broken = true;
            throw e;
        }
        written += lines.length;
        return written;
    }

    /** Returns when everything up to the position is on disk; callers that wait together share one sync. */
    void sync(long upTo) throws IOException {
        syncing.lock();
        try {
            if (synced >= upTo) {
                return;
            }
            if (syncFailure != null) {
                throw new IOException("An earlier sync of the same file failed", syncFailure);
            }
            long all = written;
            file.getFD().sync();
            synced = all;
        } catch (IOException e) {
            broken = true;
            syncFailure = e;
            throw e;
        } finally {
            syncing.unlock();
        }
    }

    /** Closes without a sync; for files that need none. */
    void abandon() throws IOException {
        syncing.lock();
        try {
            closed = true;
            file.close();
        } finally {
            syncing.unlock();
        }
    }

    /** Syncs and closes; whoever still waits for a sync finds it done. */
    @Override
    public void close() throws IOException {
        syncing.lock();
        try {
            if (!closed) {
                closed = true;
                try (file) {
                    if (syncFailure == null) {
                        sync(written);
                    }
                }
            }
        } finally {
            syncing.unlock();
        }
    }
}
