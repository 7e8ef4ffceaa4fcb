package dev.tollgate.kit;

import java.util.HashMap;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * A request as it is about to leave, so that it can be sent once more after an answer took its place.
 *
 * @param body whole, because a stream can be read once only
 */
record Request(Map<String, Object> headers, byte[] body) {

    static Request of(Exchange exchange) {
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        message.setBody(body);
        return new Request(Map.copyOf(notNull(message.getHeaders())), body);
    }

    private static Map<String, Object> notNull(Map<String, Object> headers) {
        Map<String, Object> copy = new HashMap<>(headers);
        copy.values().removeIf(value -> value == null);
        return copy;
    }

    String method() {
        return headers.getOrDefault(Exchange.HTTP_METHOD, body == null ? "GET" : "POST").toString();
    }

    /** The message is this request again. */
    void restore(Exchange exchange) {
        exchange.getMessage().setHeaders(new HashMap<>(headers));
        exchange.getMessage().setBody(body);
    }
}
