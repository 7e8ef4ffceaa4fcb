package dev.tollgate.keepa;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;

/**
 * Reads the envelope out of a reply without holding the reply: payloads are skipped token by token.
 *
 * <p>What is no JSON object with the meter's fields (a PNG, a proxy's HTML, a body cut short) has no envelope; that is an
 * answer, not an error. Fractions are rounded down.
 */
public final class EnvelopeReader {

    /** Its buffers are of all threads: those that Jackson keeps by thread are made anew for each virtual one. */
    private static final JsonFactory JSON = JsonFactory.builder().recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool()).build();

    /** Numbers with more digits than this are not Keepa's. */
    private static final int MOST_DIGITS = 24;

    private EnvelopeReader() {
    }

    /** The envelope of a body, plain or gzip. */
    public static Optional<Envelope> read(byte[] body) {
        return read(new ByteArrayInputStream(body));
    }

    /** The envelope of a body, plain or gzip. Reads to the end and does not close. */
    public static Optional<Envelope> read(InputStream body) {
        try (JsonParser json = JSON.createParser(Gzip.unzipped(body))) {
            json.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
            return json.nextToken() == JsonToken.START_OBJECT ? object(json) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Envelope> object(JsonParser json) throws IOException {
        Map<String, BigDecimal> numbers = new HashMap<>();
        KeepaError error = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("error") && value == JsonToken.START_OBJECT) {
                error = error(json);
            } else if (value.isNumeric() && json.getTextLength() <= MOST_DIGITS) {
                numbers.put(name, json.getDecimalValue());
            } else {
                json.skipChildren();
            }
        }
        boolean metered = numbers.containsKey("timestamp") && numbers.containsKey("tokensLeft")
                && numbers.containsKey("refillRate");
        return metered && json.currentToken() == JsonToken.END_OBJECT
                ? Optional.of(envelope(numbers, error)) : Optional.empty();
    }

    private static Envelope envelope(Map<String, BigDecimal> n, KeepaError error) {
        return new Envelope(whole(n.get("timestamp"), Long.MAX_VALUE), integer(n.get("tokensLeft"), 0),
                integer(n.get("refillIn"), 0), integer(n.get("refillRate"), 0),
                whole(n.getOrDefault("tokenFlowReduction", BigDecimal.ZERO).scaleByPowerOfTen(3), Integer.MAX_VALUE),
                Math.min(Envelope.MOST_CONSUMED, integer(n.get("tokensConsumed"), Envelope.NOT_SAID)), integer(n.get("processingTimeInMs"), 0), error);
    }

    private static int integer(BigDecimal number, int otherwise) {
        return number == null ? otherwise : (int) whole(number, Integer.MAX_VALUE);
    }

    /** Rounded down and kept within bounds; the magnitude comes first, since 1e999999999 is a number too. */
    private static long whole(BigDecimal number, long most) {
        long digits = number.precision() - (long) number.scale();
        if (digits > 19 || digits <= 0) {
            return digits > 0 ? number.signum() * most : Math.min(0, number.signum());
        }
        BigDecimal floor = number.setScale(0, RoundingMode.FLOOR);
        return floor.max(BigDecimal.valueOf(-most)).min(BigDecimal.valueOf(most)).longValue();
    }

    private static KeepaError error(JsonParser json) throws IOException {
        Map<String, String> texts = new HashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_STRING) {
                texts.put(name, json.getText());
            } else {
                json.skipChildren();
            }
        }
        return new KeepaError(texts.get("type"), texts.get("message"), texts.get("details"));
    }
}
