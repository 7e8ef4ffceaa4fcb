package dev.tollgate.quota;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tollgate.disk.CheckedLine;
import dev.tollgate.disk.DurableFiles;

/**
 * The state file of the system it replaces: {@code {"last_reset_date":"YYYY-MM-DD","calls_today":n}}.
 * Pretty-printed, with Windows line ends or a byte order mark it reads the same; keys it does not know are kept. Written
 * here, it has one key more at its end, {@code "crc32c"}, which that system passes over; a file that is edited by hand or
 * written by that system in its own form is taken without.
 */
final class QuotaFile {

    private static final String DAY = "last_reset_date";
    private static final String CALLS = "calls_today";
    /** What is left of an earlier checksum when another system writes the file in a form of its own. */
    private static final String CHECKSUM = "crc32c";
    /** Whether the count is that of several gateways, of which this file is a copy. */
    static final String SHARED = "shared";
    private static final int LONGEST_NUMBER = 40;
    private static final DateTimeFormatter DAY_OR_TIME = new DateTimeFormatterBuilder().parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE).optionalStart().appendLiteral('T').append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart().appendOffsetId().toFormatter(Locale.ROOT);
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    /** What a state file held. */
    sealed interface Reading {
        /** There is no file. */
        record Absent() implements Reading {
        }

        /** @param others the whole object, for the keys that are not ours */
        record Valid(QuotaState state, ObjectNode others) implements Reading {
        }

        /** @param reason why it cannot be understood */
        record Corrupt(String reason) implements Reading {
        }
    }

    private QuotaFile() {
    }

    /** @throws IOException when the file is there but cannot be read at all (permissions, disk) */
    static Reading read(Path file, ZoneId zone) throws IOException {
        if (!Files.exists(file)) {
            return new Reading.Absent();
        }
        CheckedLine content = CheckedLine.ofContent(Files.readAllBytes(file));
        try {
            Reading reading = understand(JSON.readTree(content.json()), zone);
            return reading instanceof Reading.Valid valid && !content.isReadable() && !isOfOthers(content, valid.others())
                    ? new Reading.Corrupt("its checksum does not fit its content") : reading;
        } catch (JsonProcessingException notJson) {
            return new Reading.Corrupt("it is not JSON: " + notJson.getOriginalMessage());
        } catch (IOException notText) {
            return new Reading.Corrupt("it is not text: " + notText.getMessage());
        }
    }

    /** The replaced system keeps our key and writes the file in its own form, with a space behind each colon. */
    private static boolean isOfOthers(CheckedLine content, ObjectNode object) {
        return object.path(CHECKSUM).asText().matches("[0-9a-f]{8}") && content.text().contains("\"" + CHECKSUM + "\": \"");
    }

    private static Reading understand(JsonNode root, ZoneId zone) {
        if (!(root instanceof ObjectNode object)) {
            return new Reading.Corrupt("it holds no JSON object");
        }
        Integer calls = calls(object.path(CALLS));
        if (calls == null) {
            return new Reading.Corrupt(CALLS + " is not a whole number of 0 or more: " + object.path(CALLS));
        }
        JsonNode day = object.path(DAY);
        try {
            return new Reading.Valid(new QuotaState(day(day.asText().strip().replace(' ', 'T'), zone), calls), object);
        } catch (DateTimeException notADate) {
            return new Reading.Corrupt(DAY + " is not a date of the form YYYY-MM-DD, nor a time of ISO 8601: " + day);
        }
    }

    /** Also as a text, and as a fraction of nothing: 17.0. Null for what is no count. */
    private static @Nullable Integer calls(JsonNode calls) {
        if (!calls.isNumber() && !calls.isTextual() || calls.asText().length() > LONGEST_NUMBER) {
            return null;
        }
        try {
            int count = new BigDecimal(calls.asText().strip()).intValueExact();
            return count < 0 ? null : count;
        } catch (ArithmeticException | NumberFormatException notWhole) {
            return null;
        }
    }

    /** A time with an offset is of the day that it falls on in the quota's zone, one without is of its own day. */
    private static LocalDate day(String text, ZoneId zone) {
        TemporalAccessor told = DAY_OR_TIME.parseBest(text, OffsetDateTime::from, LocalDate::from);
        return told instanceof OffsetDateTime time ? LocalDate.ofInstant(time.toInstant(), zone) : (LocalDate) told;
    }

    /** Durable: the file is replaced, and with it what another system may have put beside our keys. */
    static void write(Path file, QuotaState state, ObjectNode others) throws IOException {
        byte[] content = content(state, others);
        DurableFiles.replace(file, out -> out.write(content));
    }

    static Path markOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".mark");
    }

    static byte[] content(QuotaState state, ObjectNode others) throws IOException {
        ObjectNode object = JSON.createObjectNode();
        object.put(DAY, state.day().toString());
        object.put(CALLS, state.callsToday());
        others.properties().stream()
                .filter(other -> !object.has(other.getKey()) && !other.getKey().equals(CHECKSUM))
                .forEach(other -> object.set(other.getKey(), other.getValue()));
        return CheckedLine.content(JSON.writeValueAsBytes(object));
    }

    static ObjectNode noOthers() {
        return JSON.createObjectNode();
    }
}
