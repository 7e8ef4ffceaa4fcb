package dev.tollgate.verdict;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.DurableFiles;
import dev.tollgate.disk.HeldFiles;
import dev.tollgate.disk.OwnerOnly;
import dev.tollgate.disk.WriteMark;

/**
 * The append-only file behind the cache. One thread writes.
 *
 * <p>A {@link RandomAccessFile} rather than a channel: an interrupt cannot close it.
 */
final class VerdictJournal implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(VerdictJournal.class);

    private final Path path;
    private RandomAccessFile file;
    private WriteMark mark;
    private CRC32C crc;
    private Object key;
    private long length;

    private VerdictJournal(Path path, long length) {
        this.path = path;
        this.length = length;
    }

    /**
     * Opens a journal for appending; what a crash tore off after the last complete line is cut away.
     *
     * @param intactLength bytes that replaying found to be complete lines
     */
    static VerdictJournal open(Path path, long intactLength) throws IOException {
        VerdictJournal journal = new VerdictJournal(path, intactLength);
        boolean created = !Files.exists(path);
        journal.opened();
        if (created) {
            DurableFiles.syncDirectory(path);
        }
        return journal;
    }

    /**
     * Appends records and syncs.
     *
     * @throws IOException when they are not certainly on disk; a next call starts from the last good length
     */
    void append(List<? extends JournalRecord> records) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream(records.size() * 128);
        records.forEach(record -> record.writeTo(lines));
        RandomAccessFile out = opened();
        out.seek(length);
        out.write(lines.toByteArray());
        out.getFD().sync();
        length += lines.size();
        crc.update(lines.toByteArray());
        mark.write(length, crc.getValue());
    }

    /**
     * Rewrites the journal without the records that are not to be kept and without damaged lines, by atomic rename.
     *
     * @throws IOException when that failed; the old journal then goes on
     */
    void rewrite(Predicate<JournalRecord> keep) throws IOException {
        try {
            WriteMark.drop(path);
            DurableFiles.replace(path, out -> copy(keep, out));
        } finally {
            // Whether the rename happened or not: what has the name now is the journal.
            close();
            length = Files.size(path);
            opened();
        }
    }

    private void copy(Predicate<JournalRecord> keep, OutputStream out) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        try {
            JournalReplay.of(path, record -> {
                if (keep.test(record)) {
                    line.reset();
                    record.writeTo(line);
                    write(line, out);
                }
            });
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    private static void write(ByteArrayOutputStream line, OutputStream out) {
        try {
            line.writeTo(out);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private RandomAccessFile opened() throws IOException {
        if (file != null && !HeldFiles.isSame(path, key)) {
            rescue();
        }
        if (file == null) {
            file = new RandomAccessFile(OwnerOnly.file(path).toFile(), "rw");
            cut();
            crc = new CRC32C();
            byte[] buffer = new byte[1 << 16];
            for (int read = file.read(buffer); read > 0; read = file.read(buffer)) {
                crc.update(buffer, 0, read);
            }
            mark = WriteMark.open(path);
            HeldFiles.holdRewritten(path);
            key = HeldFiles.key(path).orElse(path);
            mark.write(length, crc.getValue());
        }
        cut();
        return file;
    }

    /** The journal was deleted or replaced under this process: what it holds takes the name back. */
    private void rescue() throws IOException {
        if (Files.exists(path)) {
            DurableFiles.keepAside(path, Instant.now());
        }
        WriteMark.drop(path);
        DurableFiles.replace(path, out -> {
            file.seek(0);
            byte[] buffer = new byte[1 << 16];
            for (int read = file.read(buffer); read > 0; read = file.read(buffer)) {
                out.write(buffer, 0, read);
            }
        });
        close();
        LOG.error("{} was deleted or replaced while it was written to; its {} bytes are written anew", path, length);
    }

    /** Cuts away what a failed write left behind the last good line. */
    private void cut() throws IOException {
        if (file.length() > length) {
            file.setLength(length);
            file.getFD().sync();
        }
    }

    @Override
    public void close() throws IOException {
        try (RandomAccessFile open = file; WriteMark openMark = mark) {
            HeldFiles.release(path);
            file = null;
            mark = null;
        }
    }
}
