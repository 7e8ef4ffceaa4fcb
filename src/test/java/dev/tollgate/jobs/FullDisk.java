package dev.tollgate.jobs;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;

import dev.tollgate.disk.DurableFiles;

/** A disk that a test fills and frees. */
public final class FullDisk extends JobDisk {

    /** Whether it takes nothing more. */
    public volatile boolean full;

    /** Bytes that it says are left. */
    public volatile long usable = 1L << 40;

    /** Empties it. */
    public void reset() {
        full = false;
        usable = 1L << 40;
    }

    @Override
    public long usable(Path where) {
        return usable;
    }

    @Override
    public void write(Path file, long at, byte[] content) throws IOException {
        if (full && content.length > 0) {
            super.write(file, at, Arrays.copyOf(content, content.length / 2)); // as a disk does: a part of it goes
            throw new IOException("No space left on device");
        }
        super.write(file, at, content);
    }

    @Override
    public void replace(Path file, DurableFiles.Content content) throws IOException {
        if (full) {
            throw new FileSystemException(file.toString(), null, "No space left on device");
        }
        super.replace(file, content);
    }
}
