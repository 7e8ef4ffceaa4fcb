package dev.tollgate.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

import dev.tollgate.disk.DurableFiles;
import dev.tollgate.disk.OwnerOnly;

/** One small file that always holds a whole state: the old one or the new one, whenever the machine stops. */
public final class SnapshotFile {

    private final Path file;

    /** @param file need not exist */
    public SnapshotFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /** The whole content, empty before the first write. */
    public Optional<byte[]> read() throws IOException {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** When it returns, the content is on the disk. */
    public void write(byte[] content) throws IOException {
        OwnerOnly.folderOf(file);
        DurableFiles.replace(file, out -> out.write(content));
    }
}
