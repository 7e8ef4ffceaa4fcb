package dev.tollgate.disk;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * How much of a growing file was written, and a checksum of all of it, in {@code <name>.mark} beside it. It tells what the
 * checksums of the single lines cannot: that lines are gone at the end, doubled, left out or in another order.
 *
 * <p>It is written after the file and not synced, so what it says was written before it. A file longer than its mark is
 * what a crash leaves; a file without a mark, as earlier releases wrote it, is not checked.
 */
public final class WriteMark implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(WriteMark.class);
    /** Length in hex, checksum of the content, checksum of the two, line feed. */
    private static final int SIZE = 16 + 1 + 8 + 1 + 8 + 1;

    private final Path path;
    private final RandomAccessFile mark;
    private boolean failed;

    private WriteMark(Path path, RandomAccessFile mark) {
        this.path = path;
        this.mark = mark;
    }

    /**
     * What a file must hold.
     *
     * @param bytes    from its beginning; 0 when nothing is known
     * @param checksum CRC32C of them
     * @param fault    why the mark cannot be read; null when it can or when there is none
     */
    public record Expected(long bytes, long checksum, @Nullable String fault) {
    }

    /**
     * Opens the mark of a file for writing.
     *
     * @throws IOException when it cannot be made
     */
    public static WriteMark open(Path file) throws IOException {
        Path path = of(file);
        return new WriteMark(path, new RandomAccessFile(OwnerOnly.file(path).toFile(), "rw"));
    }

    /** @throws IOException when the mark is there but cannot be read at all */
    public static Expected read(Path file) throws IOException {
        Path path = of(file);
        if (Files.notExists(path)) {
            return new Expected(0, 0, null);
        }
        byte[] read = Files.readAllBytes(path);
        String text = new String(read, StandardCharsets.ISO_8859_1);
        try {
            if (read.length == SIZE && Arrays.equals(read, line(Long.parseLong(text, 0, 16, 16), Long.parseLong(text, 17, 25, 16)))) {
                return new Expected(Long.parseLong(text, 0, 16, 16), Long.parseLong(text, 17, 25, 16), null);
            }
        } catch (NumberFormatException damaged) {
            LOG.debug("{} holds no numbers", path, damaged);
        }
        return new Expected(0, 0, path.getFileName() + " cannot be read, so lines may be missing at the end");
    }

    /**
     * Says how much has been written. A mark that cannot be written is no reason to refuse what the file took.
     *
     * @param checksum CRC32C of that many bytes
     */
    public void write(long bytes, long checksum) {
        try {
            mark.seek(0);
            mark.write(line(bytes, checksum));
            failed = false;
        } catch (IOException e) {
            if (!failed) {
                // Of a full disk whoever writes the file itself tells.
                boolean full = String.valueOf(e.getMessage()).contains("No space left");
                LOG.atLevel(full ? Level.DEBUG : Level.WARN).log("{} cannot be written: {}", path, e.toString());
            }
            failed = true;
        }
    }

    /** Removes the mark of a file that is to be replaced or is gone. */
    public static void drop(Path file) throws IOException {
        Files.deleteIfExists(of(file));
    }

    /** Renames a file together with its mark; a crash in between leaves a file without a mark. */
    public static void move(Path from, Path to) throws IOException {
        drop(to);
        if (Files.exists(of(from))) {
            Files.move(of(from), of(to), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.syncDirectory(to);
    }

    /** Written for each line of some files, so without the parsing of a format. */
    private static byte[] line(long bytes, long checksum) {
        byte[] line = new byte[SIZE];
        hex(bytes, line, 0, 16);
        line[16] = ' ';
        hex(checksum, line, 17, 25);
        CRC32C own = new CRC32C();
        own.update(line, 0, 25);
        line[25] = ' ';
        hex(own.getValue(), line, 26, 34);
        line[34] = '\n';
        return line;
    }

    private static void hex(long value, byte[] line, int from, int to) {
        long left = value;
        for (int at = to - 1; at >= from; at--) {
            line[at] = (byte) Character.forDigit((int) (left & 15), 16);
            left >>>= 4;
        }
    }

    private static Path of(Path file) {
        return file.resolveSibling(file.getFileName() + ".mark");
    }

    @Override
    public void close() throws IOException {
        mark.close();
    }

    /** Compares a file with its mark while somebody else reads it to its end. */
    public static final class Check extends FilterInputStream {

        private final Expected expected;
        private final CRC32C crc = new CRC32C();
        private long position;
        private long found;

        /** @param in the file, from its beginning */
        public Check(InputStream in, Expected expected) {
            super(in);
            this.expected = expected;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (read > 0) {
                int marked = (int) Math.max(0, Math.min(read, expected.bytes - position));
                crc.update(bytes, offset, marked);
                if (marked > 0) {
                    found = crc.getValue();
                }
                crc.update(bytes, offset + marked, read - marked);
                position += read;
            }
            return read;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        /** Checksum of everything that was read. */
        public long checksum() {
            return crc.getValue();
        }

        /** Whether the file ended before its mark. */
        public boolean isShort() {
            return position < expected.bytes;
        }

        /** What is wrong with the file as a whole, after its end was read; null when nothing is known to be. */
        public @Nullable String fault() {
            if (expected.fault != null) {
                return expected.fault;
            }
            if (isShort()) {
                return (expected.bytes - position) + " bytes are missing";
            }
            return found == expected.checksum ? null
                    : "it is not what was written, from single bits to lines that are doubled, gone or moved";
        }
    }
}
