package dev.tollgate.gateway.admin;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.CheckedLine;
import dev.tollgate.disk.DurableFiles;

/**
 * The sums of days that are over, on disk, so that a start need not add up a month of rows by branch and user. They are believed
 * only where a day's rows still add up to them, and without the file they are made anew.
 */
record UsageDays(Path file) {

    private static final Logger LOG = LoggerFactory.getLogger(UsageDays.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Some 10 MB; a month with more is added up anew at each start. */
    private static final int MOST_NAMES = 50_000;
    private static final long MOST_BYTES = 32 << 20;

    /** What rows came to. */
    record Sum(BigInteger tokens, long requests, long rows) {

        static final Sum NOTHING = new Sum(BigInteger.ZERO, 0, 0);

        Sum plus(Sum other) {
            return new Sum(tokens.add(other.tokens), requests + other.requests, rows + other.rows);
        }
    }

    /** A day's sums by name. */
    record Names(Map<String, Sum> branches, Map<String, Sum> users) {

        Sum all() {
            return branches.values().stream().reduce(Sum.NOTHING, Sum::plus);
        }

        int count() {
            return branches.size() + users.size();
        }
    }

    /** What was saved; nothing where there is no file, or one that is not what was written. */
    Map<LocalDate, Names> load() {
        Map<LocalDate, Names> days = new TreeMap<>();
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES) {
                CheckedLine content = CheckedLine.ofContent(Files.readAllBytes(file));
                if (content.state() == CheckedLine.State.SEALED) {
                    Map<String, Map<String, Names>> read = JSON.readValue(content.json(), new TypeReference<>() { });
                    read.getOrDefault("days", Map.of()).forEach((day, names) -> days.put(LocalDate.parse(day), names));
                }
            }
        } catch (IOException | DateTimeParseException e) {
            LOG.info("The sums of days in {} cannot be read, so they are added up anew: {}", file, e.toString());
            days.clear();
        }
        return days;
    }

    /** Replaces what was saved. A disk that does not take it costs the next start some seconds, and nothing else. */
    void save(Map<LocalDate, Names> days) {
        if (days.values().stream().mapToInt(Names::count).sum() > MOST_NAMES) {
            return;
        }
        Map<String, Names> texts = new TreeMap<>();
        days.forEach((day, names) -> texts.put(day.toString(), names));
        try {
            byte[] content = CheckedLine.content(JSON.writeValueAsBytes(Map.of("days", texts)));
            DurableFiles.replace(file, out -> out.write(content));
        } catch (IOException e) {
            LOG.info("The sums of days cannot be kept in {}: {}", file, e.toString());
        }
    }
}
