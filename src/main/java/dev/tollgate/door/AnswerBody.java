package dev.tollgate.door;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.temporal.TemporalAccessor;
import java.util.Date;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;

/**
 * The body that a route leaves as it goes out: JSON for maps, lists, rows and objects, text for numbers and the like.
 *
 * @param content bytes, or a stream that passes on as it comes
 * @param type what it is where the route has not said it
 */
record AnswerBody(Object content, String type) {

    static final String JSON = "application/json";
    static final String TEXT = "text/plain;charset=UTF-8";

    private static final Pattern INSIDE = Pattern.compile("(java|javax|jdk|sun|com\\.sun|org\\.apache\\.camel|org\\.springframework)\\..*");

    private static final ObjectMapper MAPPER = JsonMapper.builder().findAndAddModules()
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS).build();

    /** @throws IllegalStateException if nothing can be made of it that a caller could read */
    static AnswerBody of(Object body, Exchange exchange) {
        if (body instanceof byte[] || body instanceof InputStream || body instanceof StreamCache) {
            return new AnswerBody(body, JSON);
        }
        if (body instanceof CharSequence text) {
            return new AnswerBody(text.toString().getBytes(StandardCharsets.UTF_8), looksLikeJson(text.toString()) ? JSON : TEXT);
        }
        if (body instanceof Number || body instanceof Boolean || body instanceof Character || body instanceof Enum
                || body instanceof TemporalAccessor || body instanceof Date || body instanceof UUID) {
            return new AnswerBody(body.toString().getBytes(StandardCharsets.UTF_8), TEXT);
        }
        if (body instanceof Map || body instanceof Iterable && !(body instanceof Path) || body instanceof Iterator
                || body instanceof Object[] || body instanceof TreeNode) {
            return new AnswerBody(json(body), JSON);
        }
        byte[] bytes = exchange.getContext().getTypeConverter().tryConvertTo(byte[].class, exchange, body);
        if (bytes == null && INSIDE.matcher(body.getClass().getName()).matches()) {
            throw unwritable(body, null); // its getters lead anywhere, and some of them do things
        }
        return bytes != null ? new AnswerBody(bytes, JSON) : new AnswerBody(json(body), JSON);
    }

    private static IllegalStateException unwritable(Object body, Throwable cause) {
        return new IllegalStateException("A body of %s cannot be written as JSON: marshal it in the route".formatted(body.getClass().getName()), cause);
    }

    private static byte[] json(Object body) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            MAPPER.writeValue(out, body);
            return out.toByteArray();
        }
        catch (IOException | StackOverflowError e) {
            throw unwritable(body, e);
        }
    }

    private static boolean looksLikeJson(String text) {
        String start = text.stripLeading();
        return start.startsWith("{") || start.startsWith("[") || start.startsWith("\"");
    }
}
