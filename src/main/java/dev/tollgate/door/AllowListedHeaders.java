package dev.tollgate.door;

import java.util.Locale;
import java.util.Set;

import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * Decides which headers pass the door. Inwards everything but what steers Camel itself; outwards only what is listed
 * here, because a Camel message also carries the request's headers, path variables and form fields.
 */
final class AllowListedHeaders implements HeaderFilterStrategy {

    private static final Set<String> OUTWARDS = Set.of("content-type", "content-encoding", "location", "retry-after", "retry-after-ms",
            "cache-control", "set-cookie", "allow", "vary", "etag", "last-modified", "referrer-policy",
            "content-security-policy", "x-content-type-options", "x-should-retry", "x-sandbox", "server-timing", "x-upstream-request-id",
            "ratelimit");

    /** What HTTP itself lives on; a damaged one would damage the whole answer. */
    private static final Set<String> PROTOCOL = Set.of("content-type", "content-encoding", "content-length", "location",
            "retry-after", "cache-control", "set-cookie", "allow", "vary", "date", "x-request-id");

    /** Upstream's own families of headers that SDKs read. */
    private static final Set<String> OUTWARDS_PREFIXES = Set.of("x-amzn-", "x-goog-upload-", "x-ratelimit-", "ratelimit-", "anthropic-ratelimit-",
            "x-tollgate-");

    static boolean isProtocol(String name) {
        return PROTOCOL.contains(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !OUTWARDS.contains(lower) && OUTWARDS_PREFIXES.stream().noneMatch(lower::startsWith);
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("camel") || lower.startsWith("org.apache.camel") || lower.startsWith("tollgate");
    }
}
