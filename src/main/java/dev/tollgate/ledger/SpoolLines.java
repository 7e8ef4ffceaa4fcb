package dev.tollgate.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

import com.fasterxml.jackson.core.JsonProcessingException;

import dev.tollgate.disk.CheckedLine;
import dev.tollgate.disk.CheckedLines;

/** Reads a spool file, or a part of it, line by line. */
final class SpoolLines<T> implements Closeable {

    private final CheckedLines lines;
    private final Class<T> type;
    private int index;

    SpoolLines(Path file, Class<T> type) throws IOException {
        this.lines = CheckedLines.open(file);
        this.type = type;
    }

    /**
     * @param from where an earlier reading ended
     * @param to   position behind the last line
     */
    SpoolLines(Path file, Class<T> type, Progress.Place from, long to) throws IOException {
        this.lines = CheckedLines.open(file, from.position(), to, from.number());
        this.type = type;
        this.index = from.index();
    }

    /** The next line, or null after the last. */
    Line<T> next() throws IOException {
        CheckedLines.Line next = lines.next();
        if (next == null) {
            return null;
        }
        CheckedLine line = next.line();
        if (!line.isReadable()) {
            return new Line<>(index++, next.number(), next.end(), null, line, "it is not what was written");
        }
        try {
            return new Line<>(index++, next.number(), next.end(), Json.read(line.text(), type), line, null);
        } catch (JsonProcessingException e) {
            return new Line<>(index++, next.number(), next.end(), null, line, e.getOriginalMessage());
        }
    }

    /** Whether a reading that goes on behind the last line misses nothing. */
    boolean isBetweenLines() {
        return lines.isBetweenLines();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    /**
     * A line and the record in it, or why there is none.
     *
     * @param index  counted from 0, its own for whatever was found in the file
     * @param number of the line in the file, counted from 1
     * @param end    position in the file behind the line
     */
    record Line<T>(int index, long number, long end, T record, CheckedLine raw, String damage) {

        /** Where the next line begins. */
        Progress.Place next() {
            return new Progress.Place(end, number, index + 1);
        }
    }
}
