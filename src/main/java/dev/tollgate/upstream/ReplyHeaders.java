package dev.tollgate.upstream;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.gateway.RememberedNames;
import dev.tollgate.logging.Redactor;
import dev.tollgate.logging.ToldNames;

/**
 * Which headers of an upstream a route may see. Not those by which an upstream would act on the caller's browser or send it
 * elsewhere, not those whose names are this gateway's own, and none with a secret in it.
 */
public final class ReplyHeaders {

    /** Set on a reply that came compressed, with the names of its codings; the body is decoded. It never leaves. */
    public static final String CODED = "TollgateCoded";

    /** The upstream's own id of the call, which its support asks for; {@code X-Request-Id} is this gateway's. */
    public static final String UPSTREAM_ID = "X-Upstream-Request-Id";

    /**
     * Exchange property and header of the call: names of headers of the reply, in small letters, that pass all the same. The
     * header never leaves.
     */
    public static final String ASKED_FOR = "TollgateAnswerHeaders";

    private static final Logger log = LoggerFactory.getLogger(ReplyHeaders.class);
    private static final ToldNames TOLD = new ToldNames();

    private static final Set<String> IDS = Set.of("x-request-id", "request-id");
    private static final Pattern ID = Pattern.compile("[\\w.:/+=-]{1,200}");

    /** Of one connection, of the body as it was coded, or the gateway's own. */
    private static final Set<String> NEVER = Set.of("connection", "keep-alive", "proxy-authenticate", "proxy-connection", "te",
            "trailer", "transfer-encoding", "upgrade", "content-encoding", "content-length", "content-md5", "digest",
            "x-request-id", "x-upstream-request-id", "x-seller-id", "x-company-id", "x-sandbox");

    private static final Set<String> DROPPED = Set.of("set-cookie", "set-cookie2", "location", "content-location", "refresh",
            "alt-svc", "clear-site-data", "service-worker-allowed", "strict-transport-security", "referrer-policy",
            "content-security-policy", "content-security-policy-report-only", "x-content-type-options", "server",
            "authorization", "cookie", "server-timing");

    /** What nearly every server says and no caller looks for. */
    private static final Set<String> UNTOLD = Set.of("alt-svc", "strict-transport-security", "referrer-policy", "content-security-policy",
            "content-security-policy-report-only", "x-content-type-options", "server", "server-timing");

    private static final List<String> NEVER_FAMILIES = List.of("camel", "org.apache.camel", "tollgate", "x-tollgate");
    private static final RememberedNames NEVER_NAMES = new RememberedNames(
            lower -> NEVER.contains(lower) || NEVER_FAMILIES.stream().anyMatch(lower::startsWith));
    private static final String CORS = "access-control-";

    private static final Pattern MEDIA_TYPE = Pattern.compile("\\s*+([\\w.+-]{1,60}/[\\w.+-]{1,100})\\s*+(?:;.*+)?", Pattern.DOTALL);
    private static final Set<String> PLAIN_TYPES = Set.of("application/json", "application/octet-stream", "text/event-stream",
            "text/html", "text/plain", "image/png");

    private ReplyHeaders() {
    }

    /** Whether a header of that name, in small letters, passes where a route asks for it. */
    public static boolean mayPass(String lower) {
        return !NEVER_NAMES.test(lower) && !lower.equals("date") && !lower.equals("content-type");
    }

    /** @param askedFor names in small letters that pass all the same */
    static void clean(ClassicHttpResponse reply, Set<String> askedFor) {
        String id = null;
        for (Header header : reply.getHeaders()) {
            String lower = header.getName().toLowerCase(Locale.ROOT);
            if (id == null && IDS.contains(lower) && isId(header.getValue())) {
                id = header.getValue();
            }
            if (lower.equals("content-type")) {
                continue;
            }
            boolean unwanted = NEVER_NAMES.test(lower) || isDropped(lower) && !askedFor.contains(lower);
            if (unwanted || hasSecret(header)) {
                reply.removeHeader(header);
                tell(header, lower);
            }
        }
        if (id != null) {
            reply.setHeader(UPSTREAM_ID, id);
        }
        Header type = reply.getFirstHeader(HttpHeaders.CONTENT_TYPE);
        if (type != null) {
            reply.setHeader(HttpHeaders.CONTENT_TYPE, type(type.getValue()));
        }
    }

    private static boolean isId(String value) {
        return value != null && ID.matcher(value).matches() && !isSecret(value);
    }

    private static boolean isDropped(String lower) {
        return DROPPED.contains(lower) || lower.startsWith(CORS);
    }

    private static void tell(Header header, String lower) {
        String name = header.getName();
        if (mayPass(lower) && !UNTOLD.contains(lower) && !isSecret(name) && TOLD.isNew(name)) {
            log.info("The header {} of an upstream's reply does not reach callers: {}", name, hasSecret(header) ? "there is a secret in it"
                    : "write it into answerHeaders of http-call-action if it shall");
        }
    }

    private static boolean hasSecret(Header header) {
        return isSecret(header.getName()) || isSecret(header.getValue());
    }

    private static boolean isSecret(String text) {
        return text != null && !Redactor.withoutSecrets(text).equals(text);
    }

    /** As it came; without its parameters where these hold a secret. */
    private static String type(String value) {
        if (!isSecret(value)) {
            return value;
        }
        Matcher media = MEDIA_TYPE.matcher(value);
        String type = media.matches() ? media.group(1).toLowerCase(Locale.ROOT) : "";
        return PLAIN_TYPES.contains(type) || !type.isEmpty() && !isSecret(media.group(1)) ? type : "application/octet-stream";
    }
}
