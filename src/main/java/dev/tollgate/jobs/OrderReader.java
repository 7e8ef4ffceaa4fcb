package dev.tollgate.jobs;

import java.io.IOException;
import java.io.InputStream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Reads an order as a stream: its list of ASINs goes into an {@link AsinList}, whatever its length, and the few fields beside
 * it into a tree whose size is bounded. Never is an order one tree.
 */
final class OrderReader {

    /** Values and characters of all fields but the list; the longest that makes sense is a refresh token of 2 KB. */
    private static final int MOST_VALUES = 1000;
    private static final int MOST_CHARACTERS = 32_768;
    private static final int DEEPEST = 20;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST)
                    .maxStringLength(MOST_CHARACTERS).build()).build());

    private final JsonParser parser;
    private final int mostItems;
    private final boolean strict;
    private final boolean keeps;
    private int values;
    private int characters;
    private AsinList asins;
    private int counted;
    private int skipped;

    private OrderReader(JsonParser parser, int mostItems, boolean strict, boolean keeps) {
        this.parser = parser;
        this.mostItems = mostItems;
        this.strict = strict;
        this.keeps = keeps;
    }

    /**
     * What was ordered.
     *
     * @param fields  all but the list
     * @param asins   the list; null when there is no field of that name
     * @param counted entries of the list
     * @param skipped those that have not the shape of an ASIN, in an order of an earlier version
     */
    record Ordered(ObjectNode fields, AsinList asins, int counted, int skipped) {
    }

    /**
     * An order as a caller sends it.
     *
     * @throws IllegalArgumentException                             naming what cannot be
     * @throws com.fasterxml.jackson.core.JsonProcessingException   when it is not JSON
     * @throws TooManyItemsException                                when the list is longer than it may be
     */
    static Ordered read(byte[] order, int mostItems) throws IOException {
        try (JsonParser parser = JSON.createParser(order)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("The body must be a JSON object");
            }
            OrderReader reader = new OrderReader(parser, mostItems, true, true);
            ObjectNode fields = reader.object();
            return new Ordered(fields, reader.asins, reader.counted, 0);
        } catch (StreamConstraintsException e) {
            throw new IllegalArgumentException("The order holds a text or a number that is longer, or brackets that are deeper,"
                    + " than an order needs", e);
        }
    }

    /**
     * An order as earlier versions wrote it: an object whose field {@code order} is the order. Its list lies in the fields'
     * {@code order}.
     *
     * @param keeps whether its list is wanted; else it is only counted, whatever its length
     * @throws IOException           when it cannot be read
     * @throws TooManyItemsException when the list is longer than it may be
     */
    static Ordered readFile(InputStream file, int mostItems, boolean keeps) throws IOException {
        try (JsonParser parser = JSON.createParser(file)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not a JSON object");
            }
            OrderReader reader = new OrderReader(parser, mostItems, false, keeps);
            ObjectNode fields = reader.object();
            return new Ordered(fields, reader.asins, reader.counted, reader.skipped);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private ObjectNode object() throws IOException {
        ObjectNode object = JSON.createObjectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            count(name.length());
            parser.nextToken();
            if (name.equals("asins")) {
                list();
            } else {
                set(object, name);
            }
        }
        return object;
    }

    private void list() throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new IllegalArgumentException("asins must be a list of ASINs");
        }
        if (asins != null) {
            throw new IllegalArgumentException("asins stands there twice");
        }
        AsinList.Builder list = new AsinList.Builder(mostItems);
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == null || !token.isScalarValue()) {
                throw new IllegalArgumentException("asins must be a list of ASINs");
            }
            counted++;
            if (!keeps) {
                continue;
            }
            String asin = Asins.written(parser.getText());
            if (strict) {
                AsinCell.requireCheckDigit(asin);
            }
            if (!strict && !AsinList.fits(asin)) {
                skipped++;
            } else if (!asin.isEmpty() && !add(list, asin)) {
                throw new TooManyItemsException(mostItems);
            }
        }
        asins = list.build();
    }

    private boolean add(AsinList.Builder list, String asin) throws IOException {
        try {
            return list.add(asin);
        } catch (IllegalArgumentException no) {
            throw new IllegalArgumentException("Not an ASIN: " + AsinList.shortened(parser.getText()), no);
        }
    }

    private JsonNode value() throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT:
                return strict || asins != null ? tree() : object(); // the order in an earlier version's file
            case START_ARRAY:
                return array();
            default:
                count(parser.getTextLength());
                return JSON.readTree(parser);
        }
    }

    private ObjectNode tree() throws IOException {
        ObjectNode object = JSON.createObjectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            count(name.length());
            parser.nextToken();
            set(object, name);
        }
        return object;
    }

    /** Of two of one name nobody knows which is meant. */
    private void set(ObjectNode object, String name) throws IOException {
        if (strict && object.has(name)) {
            throw new IllegalArgumentException(AsinList.shortened(name) + " stands there twice");
        }
        object.set(name, value());
    }

    private ArrayNode array() throws IOException {
        ArrayNode array = JSON.createArrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value());
        }
        return array;
    }

    private void count(int more) {
        characters += more;
        if (++values > MOST_VALUES || characters > MOST_CHARACTERS) {
            throw new IllegalArgumentException("The order has more than %d values or %d characters beside its asins"
                    .formatted(MOST_VALUES, MOST_CHARACTERS));
        }
    }
}
