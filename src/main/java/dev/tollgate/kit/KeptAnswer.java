package dev.tollgate.kit;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import dev.tollgate.gateway.KeyText;

/**
 * An answer of the upstream that is given more than once.
 *
 * @param at when it came
 */
record KeptAnswer(Map<String, Object> headers, byte[] body, Instant at) {

    private static final int OVERHEAD = 500;
    private static final int LONGEST_KEY = 200;
    /** Headers that tell something of the moment, or of the call of whoever asked. */
    private static final Pattern MOMENTARY = Pattern.compile("(?i)date|retry-after.*|.*ratelimit.*|x-should-retry|x-upstream-request-id");

    static KeptAnswer of(Exchange exchange, Instant now) {
        Request whole = Request.of(exchange); // which reads an answer just as well
        Map<String, Object> lasting = new HashMap<>(whole.headers());
        lasting.keySet().removeIf(name -> MOMENTARY.matcher(name).matches());
        return new KeptAnswer(lasting, whole.body(), now);
    }

    boolean succeeded() {
        return headers.getOrDefault(Exchange.HTTP_RESPONSE_CODE, 200).toString().startsWith("2");
    }

    /** A key that a caller's text may stand in, no longer than {@value #LONGEST_KEY} characters: the rest is hashed. */
    static String shortKey(String key) {
        return key.length() <= LONGEST_KEY ? key : key.substring(0, LONGEST_KEY - 64) + KeyText.hash(key);
    }

    /** About how much memory it takes, in bytes. */
    int size() {
        int texts = headers.entrySet().stream()
                .mapToInt(one -> one.getKey().length() + one.getValue().toString().length()).sum();
        return OVERHEAD + 2 * texts + (body == null ? 0 : body.length);
    }

    /** Makes the message this answer. */
    void write(Exchange exchange, String how) {
        Message message = exchange.getMessage();
        message.setHeaders(new HashMap<>(headers));
        message.setHeader("X-Tollgate-Cache", how);
        message.setBody(body);
    }
}
