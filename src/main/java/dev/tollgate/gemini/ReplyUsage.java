package dev.tollgate.gemini;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Finds in a reply that is passed on what the call has cost. Counts are those of the whole call so far, so the last ones
 * count: of an object its own, of an array those of its last element that has some, of server-sent events those of the
 * last event that has some. A line or reply of more than 32 MB is not looked at.
 */
final class ReplyUsage {

    private static final int MAX_BYTES = 32 << 20;
    private static final String FIELD = "usageMetadata";
    private static final String DATA = "data:";

    private final ObjectMapper json;
    private final boolean events;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream(4096);
    private String last;

    /** @param events whether the reply is a stream of server-sent events */
    ReplyUsage(boolean events, ObjectMapper json) {
        this.events = events;
        this.json = json;
    }

    /** Reads another piece of the reply. */
    void read(byte[] buffer, int offset, int length) {
        if (!events) {
            text.write(buffer, offset, Math.min(length, MAX_BYTES - text.size()));
            return;
        }
        for (int at = offset; at < offset + length; at++) {
            if (buffer[at] == '\n') {
                keepLine();
            }
            else if (text.size() < MAX_BYTES) {
                text.write(buffer[at]);
            }
        }
    }

    private void keepLine() {
        String line = text.toString(StandardCharsets.UTF_8);
        text.reset();
        if (line.startsWith(DATA) && line.contains(FIELD)) {
            last = line.substring(DATA.length());
        }
    }

    /** What was named so far; {@link TokenUsage#NONE} for nothing. */
    TokenUsage soFar() {
        String rest = text.toString(StandardCharsets.UTF_8);
        if (!events) {
            return usage(rest);
        }
        TokenUsage unfinished = rest.startsWith(DATA) ? usage(rest.substring(DATA.length())) : TokenUsage.NONE;
        return unfinished.isNone() && last != null ? usage(last) : unfinished;
    }

    private TokenUsage usage(String text) {
        TokenUsage usage = TokenUsage.NONE;
        JsonNode reply = tree(text);
        for (JsonNode one : reply.isArray() ? reply : json.createArrayNode().add(reply)) {
            TokenUsage named = TokenUsage.of(one.path(FIELD));
            usage = named.isNone() ? usage : named;
        }
        return usage;
    }

    private JsonNode tree(String text) {
        try {
            return json.readTree(text);
        }
        catch (IOException notJson) {
            return json.missingNode(); // broken off, or in a form that the caller asked for
        }
    }
}
