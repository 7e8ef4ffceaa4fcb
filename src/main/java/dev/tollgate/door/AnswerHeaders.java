package dev.tollgate.door;

import java.util.Collection;
import java.util.Date;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.gateway.RememberedNames;
import dev.tollgate.logging.ToldNames;
import dev.tollgate.upstream.ReplyHeaders;
import dev.tollgate.upstream.SentHeaders;

/**
 * Decides which headers pass the door. Inwards everything but what steers Camel itself. Outwards what a route has set and
 * what an upstream has answered; not what belongs to one connection, what is a credential, what steers Camel, what the
 * gateway says itself, and what was meant for an upstream.
 */
final class AnswerHeaders implements HeaderFilterStrategy {

    private static final Logger log = LoggerFactory.getLogger(AnswerHeaders.class);

    /** Names of HTTP. */
    private static final RememberedNames TOKENS = new RememberedNames(
            Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}").asMatchPredicate());

    /** Of one connection, of a request, or the gateway's own. */
    private static final Set<String> NEVER = Set.of("connection", "keep-alive", "proxy-authenticate", "proxy-authorization",
            "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "http2-settings", "content-length", "date", "server",
            "host", "expect", "accept", "accept-charset", "accept-encoding", "accept-language", "user-agent", "referer", "origin",
            "x-request-id", "traceparent", "tracestate", "baggage", "breadcrumbid", "x-company-id", "x-seller-id");

    /** Their names say that the value is a secret. */
    private static final RememberedNames CREDENTIALS = new RememberedNames(Pattern.compile("authorization|cookie|(x-)?(goog-)?api-?key"
            + "|(x-)?auth-(key|token)|(x-)?access-token|x-[a-z]+-(access|security)-token|private-token|.*(secret|password|passwd)")
            .asMatchPredicate());

    /** What HTTP itself lives on; a damaged one would damage the whole answer. */
    private static final Set<String> PROTOCOL = Set.of("content-type", "content-encoding", "content-length", "location",
            "retry-after", "cache-control", "set-cookie", "allow", "vary", "date", "x-request-id");

    private static final ToldNames TOLD = new ToldNames();

    static boolean isProtocol(String name) {
        return PROTOCOL.contains(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean asked = exchange.getProperty(ReplyHeaders.ASKED_FOR, Set.of(), Set.class).contains(lower);
        if (isCamels(lower) || NEVER.contains(lower) && !asked || SentHeaders.wasSent(exchange, name, value)) {
            return true;
        }
        String why = !asked && CREDENTIALS.test(lower) ? "its name is that of a credential"
                : !TOKENS.test(name) ? "its name is none of HTTP"
                : !isText(value) ? "its value is a " + value.getClass().getSimpleName() : null;
        if (why != null && TOLD.isNew(name)) {
            log.warn("The header {} of an answer of the route {} does not reach callers: {}. Set another header, or remove it",
                    name, exchange.getFromRouteId(), why);
        }
        return why != null;
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return isCamels(name);
    }

    private static boolean isCamels(String name) {
        return begins(name, "camel") || begins(name, "org.apache.camel") || begins(name, "tollgate");
    }

    private static boolean begins(String name, String start) {
        return name.regionMatches(true, 0, start, 0, start.length());
    }

    private static boolean isText(Object value) {
        return value instanceof CharSequence || value instanceof Number || value instanceof Boolean || value instanceof Enum
                || value instanceof Date || value instanceof Collection<?> all && all.stream().allMatch(AnswerHeaders::isText);
    }
}
