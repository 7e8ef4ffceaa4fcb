package dev.tollgate.gemini;

import java.io.IOException;
import java.util.Set;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

/**
 * What a question costs at least, for calls whose reply never said it: a token for four characters of text, and 258 for each
 * picture, page or film, which is what Gemini counts for the smallest. Nothing that says anything is free.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/tokens">Gemini: tokens</a>
 */
final class PromptTokens {

    private static final int CHARACTERS_A_TOKEN = 4;
    private static final int PICTURE = 258;

    private static final Set<String> TEXTS = Set.of("text", "content", "input", "prompt");
    private static final Set<String> PICTURES = Set.of("data", "fileUri", "file_uri", "url");
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build()).build();

    private PromptTokens() {
    }

    /** @param question JSON of any of Gemini's paths; what is none counts as far as it is some */
    static long atLeast(byte[] question) {
        long characters = 0;
        long pictures = 0;
        boolean says = false;
        try (JsonParser parser = JSON.createParser(question == null ? new byte[0] : question)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                says |= token == JsonToken.VALUE_STRING;
                if (token == JsonToken.VALUE_STRING && TEXTS.contains(name(parser))) {
                    characters += parser.getTextLength();
                } else if (token == JsonToken.VALUE_STRING && PICTURES.contains(name(parser))) {
                    pictures++;
                }
            }
        } catch (IOException notJson) {
            // Gemini refuses it, and it costs what was read until here: as a rule nothing
        }
        return Math.max(says ? 1 : 0, (characters + CHARACTERS_A_TOKEN - 1) / CHARACTERS_A_TOKEN + pictures * PICTURE);
    }

    /** The nearest name; of a text in a list that of the list. */
    private static String name(JsonParser parser) {
        var context = parser.getParsingContext();
        while (context != null && context.getCurrentName() == null) {
            context = context.getParent();
        }
        return context == null ? "" : context.getCurrentName();
    }
}
