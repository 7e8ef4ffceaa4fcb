package dev.tollgate.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * A file of lines each of which begins with its checksum: eight hexadecimal digits (CRC-32C of what follows the blank behind
 * them), a blank, the content. What is damaged costs its own line and no other: where the end of a line was damaged the next
 * one is found inside of what looks like one long line.
 *
 * <p>A line of blanks stands where something damaged was taken out. Lines of earlier versions, which have no checksum, are
 * taken where the reader knows how to tell a whole one.
 */
final class CheckedLines {

    /** A longer line is damaged: no content is so large. */
    private static final int LONGEST = 64 << 20;
    private static final int HEAD = 9;

    private CheckedLines() {
    }

    /** Is told what stands in a file, from its beginning. */
    interface Reader {

        /** A line that is as it was written. */
        void line(byte[] content, int number) throws IOException;

        /**
         * A line without a checksum.
         *
         * @return how many of its bytes, from the first, are a whole line; 0: it is none
         */
        default int unchecked(byte[] line, int number) throws IOException {
            return 0;
        }

        /**
         * Bytes that are no line. At the end of a file this may be what a process was writing when it died.
         *
         * @param at   where the first of them stands
         * @param tail whether they are the last of the file and no line break follows
         */
        void damaged(long at, byte[] bytes, int number, boolean tail) throws IOException;
    }

    /** A line with its checksum and its break. */
    static byte[] line(byte[] content) {
        byte[] line = new byte[HEAD + content.length + 1];
        byte[] sum = HexFormat.of().toHexDigits(sum(content, 0, content.length)).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(sum, 0, line, 0, sum.length);
        line[HEAD - 1] = ' ';
        System.arraycopy(content, 0, line, HEAD, content.length);
        line[line.length - 1] = '\n';
        return line;
    }

    /** Reads a file from its beginning to its end; one that does not exist is empty. At most a line is in memory. */
    static void read(Path file, Reader reader) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (InputStream in = Files.newInputStream(file)) {
            read(in, reader);
        }
    }

    /** The same for a stream. */
    static void read(InputStream in, Reader reader) throws IOException {
        Pieces pieces = new Pieces(in);
        long at = 0;
        int number = 0;
        for (Piece piece = pieces.next(); piece != null; piece = pieces.next()) {
            take(piece, at, ++number, reader);
            at += piece.bytes.length + (piece.broken ? 1 : 0);
        }
    }

    /** The content of one line; null when it is damaged. Blanks are an empty content. */
    static byte[] content(byte[] line) {
        return isBlank(line) ? new byte[0] : holds(line, 0, line.length) ? Arrays.copyOfRange(line, HEAD, line.length) : null;
    }

    /** Tells a reader what stands in bytes up to a line break. */
    static void take(Piece piece, long at, int number, Reader reader) throws IOException {
        take(piece.bytes, at, number, piece.last, reader);
    }

    private static void take(byte[] line, long at, int number, boolean tail, Reader reader) throws IOException {
        if (isBlank(line)) {
            return;
        }
        if (holds(line, 0, line.length)) {
            reader.line(Arrays.copyOfRange(line, HEAD, line.length), number);
            if (tail) {
                reader.damaged(at + line.length, new byte[0], number, true); // its line break alone is missing
            }
            return;
        }
        int whole = reader.unchecked(line, number);
        int next = whole > 0 ? whole + 1 : second(line);
        if (whole > 0 && whole >= line.length) {
            if (tail) {
                reader.damaged(at + line.length, new byte[0], number, true);
            }
        } else if (next <= 0 || next >= line.length) {
            int from = Math.max(0, whole);
            reader.damaged(at + from, Arrays.copyOfRange(line, from, line.length), number, tail);
        } else if (whole > 0) {
            reader.damaged(at + whole, Arrays.copyOfRange(line, whole, next), number, false);
            take(Arrays.copyOfRange(line, next, line.length), at + next, number, tail, reader);
        } else {
            int end = next - 1;
            byte[] first = Arrays.copyOf(line, end);
            boolean good = holds(first, 0, end);
            if (good) {
                reader.line(Arrays.copyOfRange(first, HEAD, end), number);
            }
            reader.damaged(at + (good ? end : 0), Arrays.copyOfRange(line, good ? end : 0, next), number, false);
            take(Arrays.copyOfRange(line, next, line.length), at + next, number, tail, reader);
        }
    }

    /** Where in bytes that are no line another line begins that is whole up to their end or to a later one; -1: nowhere. */
    private static int second(byte[] bytes) {
        for (int from = 1; from + HEAD <= bytes.length; from++) {
            if (isHead(bytes, from) && isLineFrom(bytes, from)) {
                return from;
            }
        }
        return -1;
    }

    /** Whether a whole line begins there: up to the end, or up to one byte before where another line seems to begin. */
    private static boolean isLineFrom(byte[] bytes, int from) {
        if (holds(bytes, from, bytes.length)) {
            return true;
        }
        for (int next = from + HEAD + 1; next + HEAD <= bytes.length; next++) {
            if (isHead(bytes, next) && holds(bytes, from, next - 1)) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(byte[] bytes, int from, int to) {
        return to - from >= HEAD && isHead(bytes, from)
                && HexFormat.fromHexDigits(new String(bytes, from, HEAD - 1, StandardCharsets.US_ASCII)) == sum(bytes, from + HEAD, to);
    }

    private static boolean isHead(byte[] bytes, int from) {
        if (from + HEAD > bytes.length || bytes[from + HEAD - 1] != ' ') {
            return false;
        }
        for (int i = from; i < from + HEAD - 1; i++) {
            if (!(bytes[i] >= '0' && bytes[i] <= '9' || bytes[i] >= 'a' && bytes[i] <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(byte[] line) {
        for (byte each : line) {
            if (each != ' ') {
                return false;
            }
        }
        return true;
    }

    private static int sum(byte[] bytes, int from, int to) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, from, to - from);
        return (int) sum.getValue();
    }

    /**
     * Bytes up to a line break.
     *
     * @param broken whether a line break follows; else the file ends, or the line is too long to be one
     * @param last   whether the file ends here without a line break
     */
    record Piece(byte[] bytes, boolean broken, boolean last) {
    }

    /** Cuts a stream at its line breaks. */
    static final class Pieces {

        private final InputStream in;
        private final byte[] buffer = new byte[1 << 16];
        private int from;
        private int to;

        Pieces(InputStream in) {
            this.in = in;
        }

        /** The next one; null at the end. */
        Piece next() throws IOException {
            byte[] line = new byte[0];
            while (true) {
                if (from == to && !fill()) {
                    return line.length == 0 ? null : new Piece(line, false, true);
                }
                int end = from;
                while (end < to && buffer[end] != '\n') {
                    end++;
                }
                int before = line.length;
                int more = Math.min(end - from, LONGEST - before);
                line = grown(line, more);
                System.arraycopy(buffer, from, line, before, more);
                from += more;
                if (from < to && buffer[from] == '\n') {
                    from++;
                    return new Piece(line, true, false);
                }
                if (line.length == LONGEST) {
                    return new Piece(line, false, false);
                }
            }
        }

        private static byte[] grown(byte[] line, int more) {
            return more == 0 ? line : Arrays.copyOf(line, line.length + more);
        }

        private boolean fill() throws IOException {
            from = 0;
            to = Math.max(0, in.read(buffer));
            return to > 0;
        }
    }
}
