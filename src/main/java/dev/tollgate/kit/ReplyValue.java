package dev.tollgate.kit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.util.function.SingletonSupplier;

/**
 * Where a reply tells something: {@code header:x-remaining}, or {@code body:/rate/left} as a JSON pointer (RFC 6901).
 *
 * @param header name of a header, or null
 * @param body place in the body, or null
 */
record ReplyValue(String header, JsonPointer body) {

    private static final String HEADER = "header:";
    private static final String BODY = "body:";
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A body that says what is left is small; of a larger one nothing is read. */
    private static final int LARGEST_INFLATED = 16 << 20;

    /** Empty stands for something that no reply tells. */
    static ReplyValue read(KameletParameters given, String property) {
        return of(given.text(property)).orElseThrow(() -> given.wrong(property,
                "header: and the name of a header, or body: and a JSON pointer such as body:/rate/left"));
    }

    /** The same of a text; empty for one that names no place. */
    static Optional<ReplyValue> of(String text) {
        if (text.startsWith(BODY + "/")) {
            return Optional.of(new ReplyValue(null, JsonPointer.compile(text.substring(BODY.length()))));
        }
        boolean header = text.startsWith(HEADER) && text.length() > HEADER.length();
        return header || text.isEmpty() ? Optional.of(new ReplyValue(header ? text.substring(HEADER.length()) : null, null))
                : Optional.empty();
    }

    boolean anywhere() {
        return header != null || body != null;
    }

    /** The body of a reply, for all who look for something in it: parsed when the first one does, and once. */
    static Supplier<JsonNode> body(Exchange exchange) {
        return SingletonSupplier.of(() -> json(exchange.getMessage()));
    }

    /**
     * The text in a reply; empty when the reply does not tell it.
     *
     * @param json the {@link #body} of the reply
     */
    Optional<String> in(Exchange exchange, Supplier<JsonNode> json) {
        String text = header != null ? exchange.getMessage().getHeader(header, String.class)
                : body != null ? json.get().at(body).asText() : null;
        return Optional.ofNullable(text).map(String::strip).filter(found -> !found.isEmpty());
    }

    private static JsonNode json(Message reply) {
        if (reply.getHeader(Exchange.CONTENT_TYPE, "", String.class).startsWith("text/event-stream")) {
            return JSON.missingNode(); // reading would hold back what the caller is to see piece by piece
        }
        byte[] whole = reply.getBody(byte[].class);
        reply.setBody(whole); // a stream can be read once only
        try {
            return whole == null ? JSON.missingNode() : JSON.readTree(inflated(whole));
        }
        catch (IOException notJson) {
            return JSON.missingNode();
        }
    }

    private static byte[] inflated(byte[] body) throws IOException {
        boolean gzip = body.length > 2 && body[0] == (byte) 0x1f && body[1] == (byte) 0x8b;
        if (!gzip) {
            return body;
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return in.readNBytes(LARGEST_INFLATED);
        }
    }
}
