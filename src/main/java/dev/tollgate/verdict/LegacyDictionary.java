package dev.tollgate.verdict;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The JSON dictionary of the system it replaces ({@code xai_cache.json}): one object, composite key to boolean or to one
 * of the strings "True", "False", "true", "false". Read as a stream, whatever its line ends, indentation or byte order
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

    /** Takes what the dictionary holds. */
    @FunctionalInterface
    interface Reader {
        void accept(VerdictKey key, boolean value) throws IOException;
    }

    /**
     * @param answers entries handed over
     * @param skipped entries whose value is no verdict
     * @param damage  why reading ended before the end of the object; null when it did not
     */
    record Reading(long answers, long skipped, String damage) {
    }

    private LegacyDictionary() {
    }

    /** @throws IOException when the file cannot be read at all, or from the reader */
    static Reading read(Path dictionary, Reader reader) throws IOException {
        long answers = 0;
        long skipped = 0;
        try (InputStream in = Files.newInputStream(dictionary); JsonParser parser = JSON.createParser(in)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return new Reading(0, 0, "it does not start with a JSON object");
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
            }
            return new Reading(answers, skipped, parser.nextToken() == null ? null : "something follows the JSON object");
        } catch (JsonProcessingException | CharConversionException damaged) {
            return new Reading(answers, skipped, damaged.getMessage().lines().findFirst().orElse("it is not JSON"));
        }
    }

    private static Boolean verdict(JsonParser parser) throws IOException {
        String word = switch (parser.currentToken()) {
            case VALUE_TRUE, VALUE_FALSE, VALUE_STRING -> parser.getText().strip().toLowerCase(Locale.ROOT);
            default -> "";
        };
        return switch (word) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> null;
        };
    }
}
