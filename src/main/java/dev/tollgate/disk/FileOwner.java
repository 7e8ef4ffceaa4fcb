package dev.tollgate.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ownership of a file by one process, for as long as this object is open.
 *
 * <p>The lock stands on {@code <name>.lock} beside the file, because the file itself is replaced by renaming and a lock
 * would stay with the old one. The operating system drops it when the process ends, however it ends; the empty lock file
 * remains and means nothing.
 */
public final class FileOwner implements Closeable {

    // Asked before the lock file is opened: on POSIX systems closing a second channel would drop the first one's lock.
    /** Bound: files and folders that this process has claimed. */
    private static final Set<Path> CLAIMED_HERE = ConcurrentHashMap.newKeySet();

    private final Path lockFile;
    private final FileChannel channel;

    private FileOwner(Path lockFile, FileChannel channel) {
        this.lockFile = lockFile;
        this.channel = channel;
    }

    /**
     * Claims a file, creating its directory if need be.
     *
     * @throws FileInUseException when it is owned already; the message names the file and the remedy
     * @throws IOException        when the directory or the lock file cannot be made
     */
    public static FileOwner claim(Path file) throws IOException {
        Path directory = OwnerOnly.folders(file.toAbsolutePath().getParent()).toRealPath();
        Path lockFile = directory.resolve(file.getFileName() + ".lock");
        if (!CLAIMED_HERE.add(lockFile)) {
            throw new FileInUseException(file.toAbsolutePath(), null);
        }
        try {
            return new FileOwner(lockFile, lock(lockFile, file.toAbsolutePath()));
        } catch (IOException | RuntimeException failed) {
            CLAIMED_HERE.remove(lockFile);
            throw failed;
        }
    }

    private static FileChannel lock(Path lockFile, Path file) throws IOException {
        FileChannel channel = FileChannel.open(OwnerOnly.file(lockFile), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new FileInUseException(file, null);
            }
            return channel;
        } catch (OverlappingFileLockException held) {
            channel.close();
            throw new FileInUseException(file, held);
        } catch (IOException | FileInUseException failed) {
            channel.close();
            throw failed;
        }
    }

    /** Gives the file free. */
    @Override
    public void close() throws IOException {
        channel.close();
        CLAIMED_HERE.remove(lockFile);
    }
}
