package dev.tollgate.keepa;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * The JSON that says what is asked for: the body of a POST, else the {@code selection} parameter of a GET.
 *
 * @param json the parsed text; a missing node when there is none or it is no JSON
 */
record Selection(JsonNode json) {

    /** Values, names and brackets of one selection: each is an object of up to 100 bytes in memory. */
    private static final long MOST_TOKENS = 200_000;

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxTokenCount(MOST_TOKENS).build()).build());

    /** Longer ones are priced without being read. */
    private static final int LONGEST = 4 << 20;

    static Selection of(KeepaCall call) {
        byte[] text = call.body().length > 0 ? call.body() : call.param("selection").getBytes(StandardCharsets.UTF_8);
        if (text.length == 0 || text.length > LONGEST) {
            return new Selection(MAPPER.missingNode());
        }
        try {
            return new Selection(MAPPER.readTree(text));
        } catch (IOException e) {
            return new Selection(MAPPER.missingNode());
        }
    }

    int number(String field, int otherwise, int least, int most) {
        return Math.max(least, Math.min(most, json.path(field).asInt(otherwise)));
    }

    /** How many things are listed: the length of an array, else one. */
    int items() {
        return json.isArray() ? Math.max(1, json.size()) : 1;
    }
}
