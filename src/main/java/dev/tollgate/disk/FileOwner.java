package dev.tollgate.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ownership of a file or a folder by one process, for as long as this object is open.
 *
 * <p>The lock stands on {@code <name>.lock} beside the file ({@code .lock} inside a folder), because the file itself is
 * replaced by renaming and a lock would stay with the old one. The operating system drops it when the process ends, however
 * it ends; the empty lock file remains and means nothing.
 *
 * <p>A lock file that is deleted or replaced loses the lock its name. The owner looks every
 * {@value HeldFiles#LOOK_EVERY_MILLIS} ms and takes the name back as soon as it can. Where another process was quicker, the
 * owner objects with a file {@code <lock>.objection}, and the other one, who made the lock file anew, gives way: the elder
 * owner stays.
 */
public final class FileOwner implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(FileOwner.class);
    // Asked before the lock file is opened: on POSIX systems closing a second channel would drop the first one's lock.
    /** Bound: files and folders that this process has claimed. */
    private static final Map<Path, FileOwner> CLAIMED_HERE = new ConcurrentHashMap<>();

    private final Path owned;
    private final Path claim;
    private final Path lockFile;
    private @Nullable FileChannel channel;
    private Object key;
    private boolean closed;
    private volatile boolean objecting;
    private volatile boolean contested;

    /** @param claim the same lock file without links on the way, by which one process knows what it claimed */
    private FileOwner(Path owned, Path claim, Path lockFile) {
        this.owned = owned;
        this.claim = claim;
        this.lockFile = lockFile;
        this.key = lockFile;
    }

    /**
     * Claims a file, creating its directory if need be.
     *
     * @throws FileInUseException when it is owned already; the message names the file and the remedy
     * @throws IOException        when the directory or the lock file cannot be made
     */
    public static FileOwner claim(Path file) throws IOException {
        Path owned = file.toAbsolutePath().normalize();
        Path directory = OwnerOnly.folderOf(owned);
        return claim(owned, directory, file.getFileName() + ".lock");
    }

    /**
     * Claims a folder, creating it if need be.
     *
     * @throws FileInUseException when it is owned already
     * @throws IOException        when the folder or the lock file cannot be made
     */
    public static FileOwner claimFolder(Path folder) throws IOException {
        Path directory = OwnerOnly.folders(folder.toAbsolutePath().normalize());
        return claim(directory, directory, ".lock");
    }

    private static FileOwner claim(Path owned, Path directory, String lockName) throws IOException {
        Path lockFile = directory.resolve(lockName);
        FileOwner owner = new FileOwner(owned, directory.toRealPath().resolve(lockName), lockFile);
        synchronized (owner) {
            if (CLAIMED_HERE.putIfAbsent(owner.claim, owner) != null) {
                throw new FileInUseException(owned, null);
            }
            try {
                FileChannel channel = lock(lockFile);
                if (channel == null) {
                    throw new FileInUseException(owned, null);
                }
                owner.take(channel);
                // Of a process that has ended; one that lives objects again.
                Files.deleteIfExists(owner.objection());
                return owner;
            } catch (IOException | RuntimeException failed) {
                CLAIMED_HERE.remove(owner.claim);
                throw failed;
            }
        }
    }

    /** The locked channel, or null where somebody else holds the lock. */
    private static @Nullable FileChannel lock(Path lockFile) throws IOException {
        FileChannel channel = FileChannel.open(OwnerOnly.file(lockFile), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
            return locked ? channel : null;
        } catch (OverlappingFileLockException held) {
            LOG.debug("{} is locked by another class loader of this process", lockFile, held);
            return null;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    private void take(FileChannel locked) throws IOException {
        if (channel != null) {
            channel.close();
        }
        channel = locked;
        key = HeldFiles.key(lockFile).orElse(lockFile);
        HeldFiles.hold(lockFile);
    }

    /** Whether another process owned this before and still lives: then nothing may be written here. */
    public boolean isContested() {
        return contested;
    }

    /** Owners of this process that must give way, as paths of what they claimed. */
    public static boolean isContestedBelow(Path below) {
        return CLAIMED_HERE.values().stream().anyMatch(owner -> owner.contested && owner.owned.startsWith(below));
    }

    static void look() {
        CLAIMED_HERE.values().forEach(FileOwner::lookAtLock);
    }

    private synchronized void lookAtLock() {
        if (closed || channel == null) {
            return;
        }
        try {
            if (HeldFiles.isSame(lockFile, key)) {
                listen();
            } else if (Files.isDirectory(lockFile.resolveSibling(""))) {
                takeBack();
            }
        } catch (IOException e) {
            LOG.warn("The lock of {} cannot be looked after: {}", owned, e.toString());
        }
    }

    private void listen() throws IOException {
        if (!contested && Files.exists(objection())) {
            contested = true;
            LOG.error("Another Tollgate process owned {} before its lock file was deleted, and lives. "
                    + "Stop it, or give this one a tollgate.data-dir of its own.", owned);
        }
    }

    private void takeBack() throws IOException {
        FileChannel again = lock(lockFile);
        if (again != null) {
            take(again);
            Files.deleteIfExists(objection());
            objecting = false;
            LOG.error("The lock file of {} was deleted or replaced; it is locked anew.", owned);
            return;
        }
        if (!objecting) {
            objecting = true;
            LOG.error("The lock file of {} was deleted and another process claims it; this process objects.", owned);
        }
        if (Files.notExists(objection())) {
            Files.writeString(OwnerOnly.file(objection()), "process " + ProcessHandle.current().pid() + "\n");
        }
    }

    private Path objection() {
        return lockFile.resolveSibling(lockFile.getFileName() + ".objection");
    }

    /** Gives the file free. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        HeldFiles.release(lockFile);
        try {
            if (contested) {
                Files.deleteIfExists(objection());
            }
        } finally {
            if (channel != null) {
                channel.close();
            }
            CLAIMED_HERE.remove(claim);
        }
    }
}
