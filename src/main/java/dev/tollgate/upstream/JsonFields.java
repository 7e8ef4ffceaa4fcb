package dev.tollgate.upstream;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.function.BiConsumer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;

/**
 * Picks fields out of JSON that comes in pieces, and holds nothing of the rest: a picture of twenty megabytes is one text of
 * it. A text that does not turn out to be JSON is read until it does not; what was picked before stays picked.
 */
final class JsonFields {

    /** Bytes that are read of a text; what is longer is cut. A name, a code or an id is shorter. */
    private static final int LONGEST_TEXT = 4096;

    /** Values, names and brackets of one picked field; one with more is not picked. */
    private static final int MOST_TOKENS = 2_000;

    private static final int LONGEST_NUMBER = 10_000;
    private static final byte[] SPACE = {' '};

    /** The path of whatever cannot be wanted. */
    private static final String NOWHERE = "\0";

    /** Its buffers are of all threads: those that Jackson keeps by thread are made anew for each virtual one. */
    private static final ObjectMapper TREES = new ObjectMapper(JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .streamReadConstraints(StreamReadConstraints.builder().maxNumberLength(LONGEST_NUMBER).build()).build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final Set<String> wanted;
    private final BiConsumer<String, JsonNode> taker;
    private final ShortTexts texts = new ShortTexts(LONGEST_TEXT);

    /** Where the brackets stand that are open; {@link #NOWHERE} for those in which nothing is wanted. Bound: 1,000, each a place that was asked for. */
    private final Deque<String> open = new ArrayDeque<>();
    private JsonParser parser;
    private boolean broken;
    private boolean spoiled;
    private int tokens;
    private String here = "";
    private TokenBuffer picked;
    private int pickedTokens;
    private int pickedDepth;

    /**
     * @param wanted paths such as {@code /response/usage}; a list counts as each of its elements
     * @param taker  is given the path and the value of each, in the order of their ends
     */
    JsonFields(Set<String> wanted, BiConsumer<String, JsonNode> taker) {
        this.wanted = wanted;
        this.taker = taker;
    }

    /** Reads on. */
    void read(byte[] buffer, int offset, int length) {
        if (broken) {
            return;
        }
        try {
            if (parser == null) {
                parser = TREES.getFactory().createNonBlockingByteArrayParser();
            }
            byte[] shortened = texts.shorten(buffer, offset, length);
            ((ByteArrayFeeder) parser.getNonBlockingInputFeeder()).feedInput(shortened, 0, texts.length());
            JsonToken token = parser.nextToken();
            while (token != null && token != JsonToken.NOT_AVAILABLE) {
                take(token);
                token = parser.nextToken();
            }
        } catch (IOException notJson) {
            broken = true;
        }
    }

    /** A value of its own begins. */
    void next() {
        if (!broken && parser != null) {
            read(SPACE, 0, 1); // ends a number
        }
        if (broken || !open.isEmpty()) {
            spoiled |= !isNoJsonFromItsBeginning();
            parser = null;
            broken = false;
            open.clear();
            picked = null;
            texts.reset();
        }
        here = "";
        tokens = 0;
    }

    /** Such as the [DONE] by which OpenAI's streams end. */
    private boolean isNoJsonFromItsBeginning() {
        return broken && tokens <= 1;
    }

    /** Whether no bracket is open, or the rest cannot be read. */
    boolean isBetweenValues() {
        return broken || open.isEmpty() && !texts.isInText();
    }

    /** Whether every value could be read to its end, but for what was no JSON from its beginning. */
    boolean isLegible() {
        return !spoiled && (isNoJsonFromItsBeginning() || !broken && open.isEmpty());
    }

    private void take(JsonToken token) throws IOException {
        tokens = Math.min(2, tokens + 1);
        if (token == JsonToken.FIELD_NAME) {
            here = below(open.getFirst(), parser.currentName());
        } else if (!token.isStructEnd() && picked == null && wanted.contains(here)) {
            picked = new TokenBuffer(TREES, false);
            pickedTokens = 0;
            pickedDepth = open.size();
        }
        if (picked != null && pickedTokens++ < MOST_TOKENS) {
            picked.copyCurrentEvent(parser);
        }
        if (token.isStructStart()) {
            open.push(here);
        } else if (token.isStructEnd()) {
            here = open.pop();
        }
        if (picked != null && token != JsonToken.FIELD_NAME && open.size() == pickedDepth) {
            hand();
        }
        if (token.isStructEnd() || token.isScalarValue()) {
            here = open.isEmpty() ? "" : open.peek();
        }
    }

    private void hand() throws IOException {
        TokenBuffer whole = picked;
        picked = null;
        if (pickedTokens <= MOST_TOKENS) {
            try (JsonParser tokens = whole.asParser(TREES)) {
                taker.accept(here, TREES.readTree(tokens));
            }
        }
    }

    /** Asked for each name: most stand where nothing is wanted, or inside a field that is picked whole. */
    private String below(String parent, String name) {
        if (parent.equals(NOWHERE) || picked != null) {
            return NOWHERE;
        }
        String path = parent + "/" + name;
        for (String one : wanted) {
            if (one.startsWith(path) && (one.length() == path.length() || one.charAt(path.length()) == '/')) {
                return path;
            }
        }
        return NOWHERE;
    }
}
