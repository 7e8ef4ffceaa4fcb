package dev.tollgate.verdict;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.CharConversionException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;

/**
 * The JSON dictionary of the system it replaces ({@code xai_cache.json}): one object, composite key to boolean, 1 or 0, to one
 * of the words "True", "False", "yes", "no" in any case, or to an object that holds such a verdict. Read as a stream, whatever its line ends, indentation or byte order
 * mark; never written.
 */
final class LegacyDictionary {

    private static final JsonFactory JSON = JsonFactory.builder()
            // A million names, each of its own: nothing to be gained from a symbol table.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            // Python writes NaN; it is skipped like any other value that is no verdict.
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .streamReadConstraints(StreamReadConstraints.builder().maxNameLength(100_000).build())
            .build();

    /** Of the field that is the verdict, where an entry is an object, in small letters. */
    private static final Set<String> NAMES = Set.of("verdict", "reasonable", "is_reasonable", "value", "result", "answer");

    /** Most places where reading goes on behind damage. */
    private static final int MAX_RESUMED = 10_000;

    private final Path dictionary;
    private final Reader reader;
    private long answers;
    private long skipped;
    /** Bytes before which no entry is looked for any more. */
    private long position;

    /** Takes what the dictionary holds. */
    @FunctionalInterface
    interface Reader {
        void accept(VerdictKey key, boolean value) throws IOException;
    }

    /**
     * @param answers entries handed over
     * @param skipped entries whose value is no verdict
     * @param damage  what was found damaged first; null when nothing was
     */
    record Reading(long answers, long skipped, String damage) {
    }

    private LegacyDictionary(Path dictionary, Reader reader) {
        this.dictionary = dictionary;
        this.reader = reader;
    }

    /**
     * Hands every entry over that can be read. Behind damage reading goes on with the next entry.
     *
     * @throws IOException when the file cannot be read at all, or from the reader
     */
    static Reading read(Path dictionary, Reader reader) throws IOException {
        LegacyDictionary reading = new LegacyDictionary(dictionary, reader);
        String damage = reading.readFrom(0);
        String last = damage;
        for (int resumed = 0; last != null && resumed < MAX_RESUMED; resumed++) {
            long next = reading.nextEntry();
            if (next < 0) {
                break;
            }
            last = reading.readFrom(next);
        }
        return new Reading(reading.answers, reading.skipped, damage);
    }

    /**
     * Reads to the end or to the next damage.
     *
     * @param from where the file or a key begins
     * @return what is damaged; null when nothing was until the end of the object
     */
    private String readFrom(long from) throws IOException {
        position = from + 1;
        InputStream file = Files.newInputStream(dictionary);
        file.skipNBytes(from);
        InputStream in = from == 0 ? file : new SequenceInputStream(new ByteArrayInputStream(new byte[] {'{'}), file);
        try (in; JsonParser parser = JSON.createParser(in)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return "it does not start with a JSON object";
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                VerdictKey key = LegacyKey.translate(parser.currentName());
                parser.nextToken();
                Boolean value = verdict(parser);
                if (value == null) {
                    skipped++;
                    parser.skipChildren();
                } else {
                    answers++;
                    reader.accept(key, value);
                }
                position = Math.max(position, from + parser.currentLocation().getByteOffset() - 1);
            }
            return parser.nextToken() == null ? null : "something follows the JSON object";
        } catch (JsonProcessingException | CharConversionException damaged) {
            return damaged.getMessage().lines().findFirst().orElse("it is not JSON");
        }
    }

    /** Where the next key may begin, at a quote behind what was read; -1: there is none. A wrong one ends at once. */
    private long nextEntry() throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(dictionary))) {
            in.skipNBytes(position);
            for (int b = in.read(); b >= 0; b = in.read()) {
                position++;
                if (b == '"') {
                    return position - 1;
                }
            }
            return -1;
        } catch (EOFException end) {
            return -1;
        }
    }

    /** @return null for what is no verdict; the parser stands at the end of the value either way */
    private static Boolean verdict(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return word(parser);
        }
        Boolean named = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean isVerdict = NAMES.contains(parser.currentName().toLowerCase(Locale.ROOT));
            parser.nextToken();
            Boolean value = isVerdict ? word(parser) : null;
            named = value == null ? named : value;
            parser.skipChildren();
        }
        return named;
    }

    private static Boolean word(JsonParser parser) throws IOException {
        String word = parser.currentToken().isScalarValue() && parser.currentToken() != JsonToken.VALUE_NULL
                ? parser.getText().strip().toLowerCase(Locale.ROOT) : "";
        return switch (word) {
            case "true", "yes", "y", "1", "1.0" -> Boolean.TRUE;
            case "false", "no", "n", "0", "0.0" -> Boolean.FALSE;
            default -> null;
        };
    }
}
