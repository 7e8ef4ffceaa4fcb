package dev.tollgate.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/**
 * One JSON object a line whose last field is a checksum of what stands before it: {@code {"asin":"B1","crc32c":"1a2b3c4d"}}.
 * The line stays JSON for everybody who reads it otherwise.
 *
 * @param state whether the line is what was written
 * @param json  the object without its checksum; of a damaged line its bytes as they are, at most as many as were read
 */
public record CheckedLine(State state, byte[] json) {

    /** What the checksum of a line says. */
    public enum State {
        /** The line is what was written. */
        SEALED,
        /** The line is a whole JSON object without a checksum, as earlier releases wrote it. */
        UNSEALED,
        /** The line is not what was written. */
        DAMAGED
    }

    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] FIELD = ",\"crc32c\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final int NAME_FROM = 2;
    private static final int NAME_TO = 8;
    private static final int DIGITS = 8;
    /** Bytes at the end of a line in which the rest of a checksum is looked for. */
    private static final int TAIL = 64;
    /** Bytes of the checksum's field with the closing quote and brace. */
    static final int SEAL = 11 + DIGITS + 2;

    /** Whether it can be used. */
    public boolean isReadable() {
        return state != State.DAMAGED;
    }

    /** The object as text. */
    public String text() {
        return new String(json, StandardCharsets.UTF_8);
    }

    /**
     * Puts the checksum at the end of an object.
     *
     * @param json one JSON object with at least one field, UTF-8, on one line, nothing after its last brace
     * @return the line, its line feed included
     * @throws IllegalArgumentException when it is no such object
     */
    public static byte[] seal(byte[] json) {
        int brace = json.length - 1;
        if (brace < 2 || json[0] != '{' || json[brace] != '}') {
            throw new IllegalArgumentException("a line is sealed when it is a JSON object with at least one field");
        }
        byte[] line = Arrays.copyOf(json, brace + SEAL + 1);
        System.arraycopy(FIELD, 0, line, brace, FIELD.length);
        System.arraycopy(checksum(json, 0, brace), 0, line, brace + FIELD.length, DIGITS);
        line[line.length - 3] = '"';
        line[line.length - 2] = '}';
        line[line.length - 1] = '\n';
        return line;
    }

    /**
     * The content of a file that holds one object: as {@link #seal}, without a line feed, so that each of its bytes counts.
     *
     * @throws IllegalArgumentException when it is no object with a field
     */
    public static byte[] content(byte[] json) {
        byte[] line = seal(json);
        return Arrays.copyOf(line, line.length - 1);
    }

    /** Reads the content of a file that holds one object, however it ends or is indented. */
    public static CheckedLine ofContent(byte[] content) {
        int end = content.length;
        while (end > 0 && content[end - 1] <= ' ' && content[end - 1] > 0) {
            end--;
        }
        return open(content, 0, end);
    }

    /**
     * Reads a line.
     *
     * @param line without its line feed; a carriage return before it belongs to no line of ours
     */
    public static CheckedLine open(byte[] line) {
        return open(line, 0, line.length);
    }

    static CheckedLine open(byte[] line, int from, int to) {
        int seal = to - SEAL;
        if (seal > from && isSeal(line, seal)) {
            boolean intact = line[from] == '{' && Arrays.equals(checksum(line, from, seal), 0, DIGITS,
                    line, seal + FIELD.length, seal + FIELD.length + DIGITS);
            if (!intact) {
                return new CheckedLine(State.DAMAGED, Arrays.copyOfRange(line, from, to));
            }
            byte[] json = Arrays.copyOfRange(line, from, seal + 1);
            json[json.length - 1] = '}';
            return new CheckedLine(State.SEALED, json);
        }
        boolean legacy = !hasRestOfSeal(line, from, to) && isObject(line, from, to);
        return new CheckedLine(legacy ? State.UNSEALED : State.DAMAGED, Arrays.copyOfRange(line, from, to));
    }

    /** Whether a checksum's field begins here and ends its object, whatever its digits. */
    static boolean isSeal(byte[] line, int at) {
        int end = at + SEAL;
        return end <= line.length && Arrays.equals(line, at, at + FIELD.length, FIELD, 0, FIELD.length)
                && line[end - 2] == '"' && line[end - 1] == '}';
    }

    /** Whether a checksum stood here before the damage: that must not make a damaged line one of an earlier release. */
    private static boolean hasRestOfSeal(byte[] line, int from, int to) {
        int tail = Math.max(from, to - TAIL);
        String end = new String(line, tail, to - tail, StandardCharsets.ISO_8859_1);
        return end.contains("crc3") || end.contains("32c\":\"") || to - SEAL > from && wasSeal(line, to - SEAL);
    }

    /** Half of the name is enough. */
    private static boolean wasSeal(byte[] line, int at) {
        int same = 0;
        for (int i = NAME_FROM; i < NAME_TO; i++) {
            same += line[at + i] == FIELD[i] ? 1 : 0;
        }
        return same * 2 >= NAME_TO - NAME_FROM;
    }

    private static boolean isObject(byte[] line, int from, int to) {
        try (JsonParser parser = JSON.createParser(line, from, to - from)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException notJson) {
            return false;
        }
    }

    private static byte[] checksum(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return Long.toHexString(crc.getValue() | 1L << 32).substring(1).getBytes(StandardCharsets.US_ASCII);
    }
}
