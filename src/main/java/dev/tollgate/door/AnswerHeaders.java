package dev.tollgate.door;

import java.util.Collection;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final int MOST_KNOWN = 1_000;
    private static final int LONGEST_KNOWN = 64;

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");

    /** Of one connection, of a request, or the gateway's own. */
    private static final Set<String> NEVER = Set.of("connection", "keep-alive", "proxy-authenticate", "proxy-authorization",
            "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "http2-settings", "content-length", "date", "server",
            "host", "expect", "accept", "accept-charset", "accept-encoding", "accept-language", "user-agent", "referer", "origin",
            "x-request-id", "traceparent", "tracestate", "baggage", "breadcrumbid", "x-company-id", "x-seller-id");

    /** Their names say that the value is a secret. */
    private static final Pattern CREDENTIAL = Pattern.compile("authorization|cookie|(x-)?(goog-)?api-?key|(x-)?auth-(key|token)|(x-)?access-token"
            + "|x-[a-z]+-(access|security)-token|private-token|.*(secret|password|passwd)");

    /** What HTTP itself lives on; a damaged one would damage the whole answer. */
    private static final Set<String> PROTOCOL = Set.of("content-type", "content-encoding", "content-length", "location",
            "retry-after", "cache-control", "set-cookie", "allow", "vary", "date", "x-request-id");

    private static final ToldNames TOLD = new ToldNames();

    /** Names of headers that answers had, and whether they are credentials'. Bound: {@link #MOST_KNOWN} names of at most {@link #LONGEST_KNOWN}. */
    private static final Map<String, Boolean> CREDENTIALS = new ConcurrentHashMap<>();

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
        String why = !asked && isCredential(lower) ? "its name is that of a credential"
                : !TOKEN.matcher(name).matches() ? "its name is none of HTTP"
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

    private static boolean isCredential(String lower) {
        Boolean known = CREDENTIALS.get(lower);
        if (known == null) {
            known = CREDENTIAL.matcher(lower).matches();
            if (CREDENTIALS.size() < MOST_KNOWN && lower.length() <= LONGEST_KNOWN) {
                CREDENTIALS.put(lower, known);
            }
        }
        return known;
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
