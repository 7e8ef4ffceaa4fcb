package dev.tollgate.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;

/**
 * Whether a request asks for a stream, and the option by which a streamed chat says what it used; without it the stream keeps
 * that to itself. It is added to a request without changing another byte of it.
 *
 * @param streams whether the reply is to be a stream
 * @param asking  the body with the option; null for one that does not stream, asks by itself, or cannot be read, and goes on as
 *                it is
 */
public record UsageOption(boolean streams, byte[] asking) {

    /** Its buffers are of all threads: those that Jackson keeps by thread are made anew for each virtual one. */
    private static final JsonFactory JSON = JsonFactory.builder().recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool()).build();
    private static final String OPTIONS = "stream_options";
    private static final String OPTION = "include_usage";
    private static final String ASKED = "\"include_usage\":true";

    /** Bytes of a body that give way to a text, which is ASCII. */
    private record Edit(int at, int replaced, String text) {

        byte[] of(byte[] body) {
            ByteArrayOutputStream edited = new ByteArrayOutputStream(body.length + text.length());
            edited.write(body, 0, at);
            edited.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
            edited.write(body, at + replaced, body.length - at - replaced);
            return edited.toByteArray();
        }
    }

    /** @param body of a request to the chat endpoint, or to another one for whether it streams */
    public static UsageOption of(byte[] body) {
        try (JsonParser json = JSON.createParser(body)) {
            return read(json, body);
        } catch (IOException notJson) {
            return new UsageOption(false, null);
        }
    }

    private static UsageOption read(JsonParser json, byte[] body) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return new UsageOption(false, null);
        }
        int start = place(json);
        boolean empty = true;
        boolean streams = false;
        boolean hasOptions = false;
        Edit options = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            empty = false;
            switch (json.currentName()) {
                case "stream" -> streams = json.nextToken() == JsonToken.VALUE_TRUE;
                case OPTIONS -> {
                    hasOptions = true;
                    options = options(json);
                }
                default -> json.nextToken();
            }
            json.skipChildren();
        }
        Edit edit = hasOptions ? options : new Edit(start + 1, 0, "\"" + OPTIONS + "\":{" + ASKED + "}" + (empty ? "" : ","));
        boolean whole = json.currentToken() == JsonToken.END_OBJECT;
        return new UsageOption(streams && whole, streams && whole && edit != null ? edit.of(body) : null);
    }

    /** What the options lack; null for nothing, and for options that are none. */
    private static Edit options(JsonParser json) throws IOException {
        JsonToken value = json.nextToken();
        int start = place(json);
        if (value == JsonToken.VALUE_NULL) {
            return new Edit(start, value.asString().length(), "{" + ASKED + "}");
        }
        if (value != JsonToken.START_OBJECT) {
            return null;
        }
        Edit missing = new Edit(start + 1, 0, ASKED + ",");
        Edit edit = new Edit(start + 1, 0, ASKED);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean said = json.currentName().equals(OPTION);
            JsonToken option = json.nextToken();
            if (said) {
                boolean no = option == JsonToken.VALUE_FALSE || option == JsonToken.VALUE_NULL;
                missing = no ? new Edit(place(json), option.asString().length(), "true") : null;
            }
            edit = missing;
            json.skipChildren();
        }
        return edit;
    }

    /** @throws IOException where bytes are not counted: in UTF-16 or UTF-32, in which nothing can be put between them */
    private static int place(JsonParser json) throws IOException {
        int place = (int) json.currentTokenLocation().getByteOffset();
        if (place < 0) {
            throw new IOException("this is not UTF-8");
        }
        return place;
    }
}
