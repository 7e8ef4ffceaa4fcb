package dev.tollgate.ledger;

import dev.tollgate.disk.OwnerOnly;
import dev.tollgate.gateway.SettingException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The spool's folder, held by one process: a second one would write into files that the first is about to delete. */
final class Folder implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Folder.class);

    private final FileChannel lock;

    private Folder(FileChannel lock) {
        this.lock = lock;
    }

    /**
     * @throws IOException      when it cannot be made
     * @throws SettingException when another process holds it
     */
    static Folder hold(Path path) throws IOException {
        OwnerOnly.folders(path);
        FileChannel channel = FileChannel.open(OwnerOnly.file(path.resolve(".lock")), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new SettingException("Another Tollgate process uses " + path + ".",
                        "Stop it, or give this one a tollgate.data-dir of its own.");
            }
        } catch (OverlappingFileLockException e) {
            LOG.warn("{} is opened twice in this process; usage spooled by one may be replayed by the other only", path);
        }
        return new Folder(channel);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
