package dev.tollgate.door;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;

/** A request as it came in, whatever a route has made of the message since. */
public final class Received {

    /** Exchange property of the headers, query parameters and path variables among them. */
    static final String PROPERTY = "TollgateReceivedHeaders";

    /** Exchange property of the endpoint that the request came in by; inside a kamelet Camel tells another. */
    static final String ENTRANCE = "TollgateEntrance";

    private Received() {
    }

    /** Whether a header is the caller's, rather than one that a route has set. */
    public static boolean unchanged(Exchange exchange, String name, Object value) {
        return value != null && exchange.getProperty(PROPERTY, Map.of(), Map.class).get(name) == value;
    }

    /** What stands in the path behind the route's own, as the caller wrote it; empty where the route's own is the whole. */
    public static String pathBehindRoute(Exchange exchange) {
        PlatformHttpEndpoint entrance = exchange.getProperty(ENTRANCE, PlatformHttpEndpoint.class);
        if (entrance == null || !entrance.isMatchOnUriPrefix()) {
            return "";
        }
        long own = Stream.of(entrance.getPath().split("/")).filter(part -> !part.isEmpty()).count();
        String whole = exchange.getMessage().getHeader(Exchange.HTTP_PATH, "", String.class);
        String rest = Stream.of(whole.split("/", -1)).skip(1 + own).collect(Collectors.joining("/"));
        return rest.isEmpty() ? "" : "/" + rest;
    }
}
