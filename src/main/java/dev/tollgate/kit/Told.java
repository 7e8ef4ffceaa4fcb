package dev.tollgate.kit;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.Supplier;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.gateway.Plausible;

import dev.tollgate.gateway.BodiesInMemory;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.util.function.SingletonSupplier;

/**
 * Where a reply tells a number: {@code header:x-remaining}, or {@code body:/rate/left} as a JSON pointer (RFC 6901).
 *
 * @param header name of a header, or null
 * @param body place in the body, or null
 */
record Told(String header, JsonPointer body) {

    /** A time in milliseconds since 1970 is the greatest number that a reply has reason to tell; nothing here overflows at it. */
    private static final long MOST = 10_000_000_000_000L;

    private static final String HEADER = "header:";
    private static final String BODY = "body:";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Empty stands for a number that no reply tells. */
    static Told read(Given properties, String property) {
        String text = properties.text(property);
        if (text.startsWith(BODY + "/")) {
            return new Told(null, JsonPointer.compile(text.substring(BODY.length())));
        }
        boolean header = text.startsWith(HEADER) && text.length() > HEADER.length();
        return properties.require(header || text.isEmpty(), property,
                "header: and the name of a header, or body: and a JSON pointer such as body:/rate/left",
                new Told(header ? text.substring(HEADER.length()) : null, null));
    }

    boolean anywhere() {
        return header != null || body != null;
    }

    /** The body of a reply, for all who look for a number in it: parsed when the first one does, and once. */
    static Supplier<JsonNode> body(Exchange exchange) {
        return SingletonSupplier.of(() -> json(exchange.getMessage()));
    }

    /**
     * The number in a reply, rounded down and kept within 10^13 of 0; empty when the reply does not tell it.
     *
     * @param json the {@link #body} of the reply
     */
    OptionalLong in(Exchange exchange, Supplier<JsonNode> json) {
        if (header != null) {
            return number(exchange.getMessage().getHeader(header, String.class));
        }
        return body == null ? OptionalLong.empty() : number(json.get().at(body).asText());
    }

    private static JsonNode json(Message reply) {
        byte[] whole = reply.getBody(byte[].class);
        BodiesInMemory.addTo(reply.getExchange(), whole);
        reply.setBody(whole); // a stream can be read once only
        try {
            return whole == null ? JSON.missingNode() : JSON.readTree(whole);
        } catch (IOException notJson) {
            return JSON.missingNode();
        }
    }

    private static OptionalLong number(String text) {
        Long number = Plausible.within(text, -MOST, MOST);
        return number == null ? OptionalLong.empty() : OptionalLong.of(number);
    }
}
