package dev.tollgate.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tollgate.disk.CheckedLine;
import dev.tollgate.disk.CheckedLines;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Reads a spool file line by line. */
final class SpoolLines<T> implements Closeable {

    private final CheckedLines lines;
    private final Class<T> type;
    private int index;

    SpoolLines(Path file, Class<T> type) throws IOException {
        this.lines = CheckedLines.open(file);
        this.type = type;
    }

    /** The next line, or null after the last. */
    Line<T> next() throws IOException {
        CheckedLines.Line next = lines.next();
        if (next == null) {
            return null;
        }
        CheckedLine line = next.line();
        if (!line.isReadable()) {
            return new Line<>(index++, next.number(), null, line, "it is not what was written");
        }
        try {
            return new Line<>(index++, next.number(), Json.read(line.text(), type), line, null);
        } catch (JsonProcessingException e) {
            return new Line<>(index++, next.number(), null, line, e.getOriginalMessage());
        }
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
     */
    record Line<T>(int index, long number, T record, CheckedLine raw, String damage) {
    }
}
