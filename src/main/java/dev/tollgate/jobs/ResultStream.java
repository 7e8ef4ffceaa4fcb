package dev.tollgate.jobs;

import dev.tollgate.gateway.WatchedStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The beginning of a job's file of results, which may grow meanwhile, as NDJSON: without the checksums, each of which is looked
 * at. A line is in memory at a time.
 */
final class ResultStream extends WatchedStream {

    private static final Logger LOG = LoggerFactory.getLogger(ResultStream.class);

    private final Path file;
    private final CheckedLines.Pieces pieces;
    private final Found found = new Found();
    private long at;
    private int number;
    private int taken;

    /** @param length bytes of the file that count */
    ResultStream(Path file, long length) throws IOException {
        this(file, length == 0 ? InputStream.nullInputStream() : new FirstBytes(Files.newInputStream(file), length));
    }

    private ResultStream(Path file, InputStream in) {
        super(in);
        this.file = file;
        this.pieces = new CheckedLines.Pieces(in);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (taken == found.text.length) {
            CheckedLines.Piece piece = pieces.next();
            if (piece == null) {
                return -1;
            }
            taken = 0;
            found.text = new byte[0];
            CheckedLines.take(piece, at, ++number, found);
            at += piece.bytes().length + (piece.broken() ? 1 : 0);
        }
        int more = Math.min(length, found.text.length - taken);
        System.arraycopy(found.text, taken, buffer, offset, more);
        taken += more;
        return more;
    }

    /** What is served of one line. */
    private final class Found implements CheckedLines.Reader {

        private byte[] text = new byte[0];

        @Override
        public void line(byte[] content, int line) {
            add(JobJournal.json(content));
        }

        @Override
        public int unchecked(byte[] line, int of) {
            int whole = JobJournal.uncheckedLength(line);
            if (whole > 0) {
                add(Arrays.copyOf(line, whole));
            }
            return whole;
        }

        @Override
        public void damaged(long from, byte[] bytes, int line, boolean tail) {
            if (bytes.length > 0) {
                LOG.error("{}, line {}: {} bytes from byte {} on are damaged and are left out of an answer; they are kept aside and"
                        + " fetched again after a restart", file, line, bytes.length, from);
            }
        }

        private void add(byte[] json) {
            int before = text.length;
            text = Arrays.copyOf(text, before + json.length + 1);
            System.arraycopy(json, 0, text, before, json.length);
            text[text.length - 1] = '\n';
        }
    }

    /** The beginning of a file. */
    private static final class FirstBytes extends WatchedStream {

        private long left;

        FirstBytes(InputStream file, long length) {
            super(file);
            left = length;
        }

        @Override
        public int read(byte[] buffer, int at, int most) throws IOException {
            int read = left == 0 ? -1 : in.read(buffer, at, (int) Math.min(most, left));
            left -= Math.max(0, read);
            return read;
        }
    }
}
