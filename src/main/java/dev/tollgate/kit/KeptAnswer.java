package dev.tollgate.kit;

import java.util.HashMap;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** An answer of the upstream that is given more than once. */
record KeptAnswer(Map<String, Object> headers, byte[] body) {

    private static final int OVERHEAD = 500;

    static KeptAnswer of(Exchange exchange) {
        Request whole = Request.of(exchange); // which reads an answer just as well
        return new KeptAnswer(whole.headers(), whole.body());
    }

    boolean succeeded() {
        return headers.getOrDefault(Exchange.HTTP_RESPONSE_CODE, 200).toString().startsWith("2");
    }

    /** About how much memory it takes, in bytes. */
    int size() {
        return OVERHEAD + (body == null ? 0 : body.length);
    }

    /** Makes the message this answer. */
    void write(Exchange exchange, String how) {
        Message message = exchange.getMessage();
        message.setHeaders(new HashMap<>(headers));
        message.setHeader("X-Tollgate-Cache", how);
        message.setBody(body);
    }
}
