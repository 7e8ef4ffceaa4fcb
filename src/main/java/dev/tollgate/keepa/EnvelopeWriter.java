package dev.tollgate.keepa;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

/**
 * Writes an envelope as Keepa does. Balances are integers, because Keepa's Java client reads them as {@code int} and
 * throws on {@code 54.5}; the flow reduction is a decimal, because there it reads a {@code double}.
 */
public final class EnvelopeWriter {

    private static final JsonFactory JSON = new JsonFactory();

    private EnvelopeWriter() {
    }

    /** The envelope as the body of an answer, compressed when the caller asked for it. */
    public static byte[] body(Envelope envelope, boolean gzip) {
        byte[] plain = json(envelope, (json, e) -> { });
        return gzip ? Gzip.zipped(plain) : plain;
    }

    /** The envelope as JSON with a payload in front of its fields. */
    public static byte[] json(Envelope envelope, Payload payload) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            payload.write(json, envelope);
            fields(json, envelope);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void fields(JsonGenerator json, Envelope e) throws IOException {
        json.writeNumberField("timestamp", e.timestamp());
        json.writeNumberField("tokensLeft", e.tokensLeft());
        json.writeNumberField("refillIn", e.refillIn());
        json.writeNumberField("refillRate", e.refillRate());
        json.writeNumberField("tokenFlowReduction", decimal(e.flowReduction()));
        json.writeNumberField("tokensConsumed", Math.max(0, e.tokensConsumed()));
        json.writeNumberField("processingTimeInMs", e.processingTimeInMs());
        if (e.error() != null) {
            json.writeObjectFieldStart("error");
            json.writeStringField("type", e.error().type());
            json.writeStringField("message", e.error().message());
            json.writeStringField("details", e.error().details());
            json.writeEndObject();
        }
    }

    private static BigDecimal decimal(long milli) {
        BigDecimal exact = BigDecimal.valueOf(milli, 3).stripTrailingZeros();
        return exact.scale() < 1 ? exact.setScale(1) : exact;
    }

    /** Writes fields of its own into the object that is being written. */
    @FunctionalInterface
    public interface Payload {

        void write(JsonGenerator json, Envelope envelope) throws IOException;
    }
}
