package dev.tollgate.upstream;

import java.util.HashMap;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * Remembers what a call took along to its upstream. When the call fails these headers are still on the message, a key
 * among them, and must not become part of the answer.
 */
public final class SentHeaders implements HeaderFilterStrategy {

    /** Bound: headers of a message. */
    private static final String PROPERTY = "TollgateSentHeaders";

    private final HeaderFilterStrategy filter;

    SentHeaders(HeaderFilterStrategy filter) {
        this.filter = filter;
    }

    /** Whether a header is one that went to an upstream, rather than one that was set since. */
    public static boolean wasSent(Exchange exchange, String name, Object value) {
        return value != null && exchange.getProperty(PROPERTY, Map.of(), Map.class).get(name) == value;
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        boolean stays = filter.applyFilterToCamelHeaders(name, value, exchange);
        if (!stays && exchange != null) {
            Map<String, Object> sent = exchange.getProperty(PROPERTY, Map.class);
            if (sent == null) {
                sent = new HashMap<>();
                exchange.setProperty(PROPERTY, sent);
            }
            sent.put(name, value);
        }
        return stays;
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return filter.applyFilterToExternalHeaders(name, value, exchange);
    }
}
