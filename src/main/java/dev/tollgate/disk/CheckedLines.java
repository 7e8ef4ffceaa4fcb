package dev.tollgate.disk;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

import dev.tollgate.disk.CheckedLine.State;

/**
 * Reads a file of {@link CheckedLine checked lines} from its beginning to its end, one line in memory at a time. What
 * cannot be read is handed over as a damaged line, and reading goes on behind it. Where the line feed between two lines
 * was lost, both are found again.
 */
public final class CheckedLines implements Closeable {

    /** Longest line, in bytes, where nobody says otherwise. */
    public static final int MAX_LINE = 1 << 20;
    /** Most places of one damaged line that are looked at for a whole one. */
    private static final int MAX_TRIES = 1_000;

    /**
     * One line.
     *
     * @param number counted from 1; a damaged line and what was found again inside it have the same number
     * @param end    position in the file behind the line and its line feed, in bytes
     * @param ended  whether it has a line feed; only the last line of a file can be without
     * @param line   what stands in it
     */
    public record Line(long number, long end, boolean ended, CheckedLine line) {
    }

    private final InputStream in;
    private final int maxLine;
    private final long to;
    /** Bound: what one damaged line holds, which is no longer than maxLine. */
    private final Deque<Line> found = new ArrayDeque<>();
    private byte[] buffer = new byte[512];
    private long number;
    private long position;

    private CheckedLines(InputStream in, int maxLine, long from, long to, long number) {
        this.in = in;
        this.maxLine = maxLine;
        this.position = from;
        this.to = to;
        this.number = number;
    }

    /** @throws IOException when the file cannot be opened */
    public static CheckedLines open(Path file) throws IOException {
        return open(file, MAX_LINE);
    }

    /**
     * @param maxLine bytes of the longest line; a longer one is damaged, and no more of it than this is kept
     * @throws IOException when the file cannot be opened
     */
    public static CheckedLines open(Path file, int maxLine) throws IOException {
        return of(Files.newInputStream(file), maxLine);
    }

    /**
     * Reads a part of a file, such as what was appended to it since the last look.
     *
     * @param from   position at which a line begins
     * @param to     position behind the last line; what is being written there is not looked at
     * @param number lines before the part
     * @throws IOException when the file cannot be opened or is shorter than {@code from}
     */
    public static CheckedLines open(Path file, long from, long to, long number) throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            in.skipNBytes(from);
        } catch (IOException e) {
            in.close();
            throw e;
        }
        int buffer = (int) Math.max(512, Math.min(1 << 16, to - from));
        return new CheckedLines(new BufferedInputStream(in, buffer), MAX_LINE, from, to, number);
    }

    static CheckedLines of(InputStream in, int maxLine) {
        return new CheckedLines(new BufferedInputStream(in, 1 << 16), maxLine, 0, Long.MAX_VALUE, 0);
    }

    /** Whether everything that stands before {@link Line#end} of the last line was handed over; not so inside a damaged one. */
    public boolean isBetweenLines() {
        return found.isEmpty();
    }

    /**
     * The next line; empty lines are passed over.
     *
     * @return null after the last
     * @throws IOException when the file cannot be read any further, as from a bad sector
     */
    public Line next() throws IOException {
        if (found.isEmpty()) {
            read();
        }
        return found.poll();
    }

    private void read() throws IOException {
        int length = 0;
        boolean overlong = false;
        for (int b = readByte(); b >= 0; b = readByte()) {
            position++;
            if (b == '\n') {
                number++;
                if (length > 0) {
                    take(length, true, overlong);
                    return;
                }
            } else if (length < maxLine) {
                if (length == buffer.length) {
                    buffer = Arrays.copyOf(buffer, Math.min(maxLine, 2 * length));
                }
                buffer[length++] = (byte) b;
            } else {
                overlong = true;
            }
        }
        if (length > 0) {
            number++;
            take(length, false, overlong);
        }
    }

    private int readByte() throws IOException {
        return position < to ? in.read() : -1;
    }

    private void take(int length, boolean ended, boolean overlong) {
        CheckedLine line = overlong ? new CheckedLine(State.DAMAGED, Arrays.copyOf(buffer, length))
                : CheckedLine.open(buffer, 0, length);
        found.add(new Line(number, position, ended, line));
        if (!line.isReadable()) {
            findAgain(length, ended);
        }
    }

    /** Looks for whole lines inside a damaged one: each ends with a checksum and begins at a brace. */
    private void findAgain(int length, boolean ended) {
        int from = 0;
        int tries = 0;
        for (int seal = 1; seal + CheckedLine.SEAL <= length; seal++) {
            if (!CheckedLine.isSeal(buffer, seal)) {
                continue;
            }
            int end = seal + CheckedLine.SEAL;
            for (int start = from; start < seal && tries < MAX_TRIES; start++) {
                if (buffer[start] == '{') {
                    tries++;
                    CheckedLine inside = CheckedLine.open(buffer, start, end);
                    if (inside.state() == State.SEALED) {
                        found.add(new Line(number, position, ended, inside));
                        break;
                    }
                }
            }
            from = end;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
