package dev.tollgate.gateway;

import java.util.Map;
import java.util.StringTokenizer;

import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;

/** A request as it came in, whatever a route has made of the message since. */
public final class Received {

    /** Exchange property of the headers, query parameters and path variables among them. */
    public static final String PROPERTY = "TollgateReceivedHeaders";

    /** Exchange property of the endpoint that the request came in by; inside a kamelet Camel tells another. */
    public static final String ENTRANCE = "TollgateEntrance";

    /** Exchange property of the exchange that the request came in by: inside a kamelet is a copy of it, which ends before the answer is written. */
    public static final String EXCHANGE = "TollgateReceivedExchange";

    /** Exchange property: whether the request came by TLS. */
    public static final String SECURE = "TollgateSecure";

    private Received() {
    }

    /** Whether a header is the caller's, rather than one that a route has set. */
    public static boolean unchanged(Exchange exchange, String name, Object value) {
        return value != null && exchange.getProperty(PROPERTY, Map.of(), Map.class).get(name) == value;
    }

    /** Whether the request came by TLS, to the gateway itself or to a proxy that it trusts; no other header decides it. */
    public static boolean isSecure(Exchange exchange) {
        return exchange.getProperty(SECURE, false, boolean.class);
    }

    /** What stands in the path behind the route's own, as the caller wrote it; empty where the route's own is the whole. */
    public static String pathBehindRoute(Exchange exchange) {
        PlatformHttpEndpoint entrance = exchange.getProperty(ENTRANCE, PlatformHttpEndpoint.class);
        String rest = entrance == null || !entrance.isMatchOnUriPrefix() ? ""
                : behind(new StringTokenizer(entrance.getPath(), "/").countTokens(), exchange.getMessage().getHeader(Exchange.HTTP_PATH, "", String.class));
        return rest.equals("/") ? "" : rest;
    }

    /**
     * The path for a route: its own part as the route has it, however the caller wrote it, so that a step can cut it off;
     * what stands behind it byte for byte as it came.
     */
    public static String path(Exchange exchange, String raw) {
        PlatformHttpEndpoint entrance = exchange.getProperty(ENTRANCE, PlatformHttpEndpoint.class);
        if (entrance == null || !entrance.isMatchOnUriPrefix()) {
            return raw;
        }
        StringBuilder path = new StringBuilder(raw.length());
        StringTokenizer own = new StringTokenizer(entrance.getPath(), "/");
        int parts = own.countTokens();
        while (own.hasMoreTokens()) {
            path.append('/').append(own.nextToken());
        }
        return path.append(behind(parts, raw)).toString();
    }

    /** What stands behind so many parts of a path, with the slash before it. */
    private static String behind(int parts, String path) {
        int slash = path.indexOf('/');
        for (int part = 0; part < parts && slash >= 0; part++) {
            slash = path.indexOf('/', slash + 1);
        }
        return slash < 0 ? "" : path.substring(slash);
    }
}
