package dev.tollgate.disk;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The few file operations whose order decides what a crash leaves behind. */
public final class DurableFiles {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

    private DurableFiles() {
    }

    /** Writes the new content of a file. */
    @FunctionalInterface
    public interface Content {
        /**
         * @param out buffered; flushed, synced and closed by the caller
         * @throws IOException when the content cannot be written; the old file then stays as it was
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Replaces a file so that after a crash either the old or the new content is there, complete.
     * The content goes to {@code <name>.tmp}, is synced, takes the file's name, and the directory is synced.
     * Callers see to it that only one thread replaces one file at a time.
     *
     * @throws IOException when any step fails; the file then holds the old content or, if only the last sync failed, the new
     */
    public static void replace(Path file, Content content) throws IOException {
        Path tmp = unfinished(file);
        try (FileOutputStream raw = new FileOutputStream(OwnerOnly.file(tmp).toFile())) {
            OutputStream out = new BufferedOutputStream(raw, 1 << 16);
            content.writeTo(out);
            out.flush();
            raw.getFD().sync();
        }
        Files.move(tmp, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        HeldFiles.replaced(file);
        syncDirectory(file);
    }

    /**
     * Removes what a crash in the middle of {@link #replace} left behind. For the file's owner, before its first replacement.
     *
     * @throws IOException when it is there and cannot be removed
     */
    public static void dropUnfinished(Path file) throws IOException {
        Files.deleteIfExists(unfinished(file));
    }

    private static Path unfinished(Path file) {
        return file.resolveSibling(file.getFileName() + ".tmp");
    }

    /**
     * Makes a file's name (created, renamed) survive a power cut. Windows has no such call and needs none.
     *
     * @throws IOException when the directory cannot be opened or synced
     */
    public static void syncDirectory(Path file) throws IOException {
        if (WINDOWS) {
            return;
        }
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /**
     * Copies a file that cannot be trusted to {@code <name>.corrupt-<UTC time>} beside it. The original stays, so that
     * there is no moment without one; the caller replaces it afterwards if it must.
     *
     * @param now for the name, seconds precision; a taken name gets {@code -2}, {@code -3} … appended
     * @return the copy
     * @throws IOException when the copy cannot be written
     */
    public static Path keepAside(Path file, Instant now) throws IOException {
        String name = file.getFileName() + ".corrupt-" + STAMP.format(now);
        Path copy = file.resolveSibling(name);
        for (int n = 2; Files.exists(copy); n++) {
            copy = file.resolveSibling(name + "-" + n);
        }
        try (OutputStream out = new FileOutputStream(OwnerOnly.file(copy).toFile())) {
            Files.copy(file, out);
        }
        syncDirectory(copy);
        return copy;
    }
}
