package dev.tollgate.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a spool file line by line. */
final class SpoolLines<T> implements Closeable {

    private final BufferedReader reader;
    private final Class<T> type;
    private int number;

    SpoolLines(Path file, Class<T> type) throws IOException {
        // Not Files.newBufferedReader, which gives up on the first damaged byte.
        this.reader = new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
        this.type = type;
    }

    /** The next line, or null after the last. */
    Line<T> next() throws IOException {
        String raw = reader.readLine();
        if (raw == null) {
            return null;
        }
        try {
            return new Line<>(number++, Json.read(raw, type), raw, null);
        } catch (JsonProcessingException e) {
            return new Line<>(number - 1, null, raw, e.getOriginalMessage());
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    /** A line and the record in it, or why there is none. */
    record Line<T>(int number, T record, String raw, String damage) {
    }
}
