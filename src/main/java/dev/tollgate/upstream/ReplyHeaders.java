package dev.tollgate.upstream;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.tollgate.logging.Redactor;

import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;

/**
 * Which headers of an upstream a route may see. Not those by which an upstream would act on the caller's browser or send it
 * elsewhere, not those whose names are this gateway's own, and none with a secret in it.
 */
public final class ReplyHeaders {

    /** Set on a reply that came compressed, with the names of its codings; the body is decoded. It never leaves. */
    public static final String CODED = "TollgateCoded";

    /** The upstream's own id of the call, which its support asks for; {@code X-Request-Id} is this gateway's. */
    public static final String UPSTREAM_ID = "X-Upstream-Request-Id";

    private static final Set<String> IDS = Set.of("x-request-id", "request-id");
    private static final Pattern ID = Pattern.compile("[\\w.:/+=-]{1,200}");

    private static final Set<String> DROPPED = Set.of("set-cookie", "set-cookie2", "location", "content-location", "refresh",
            "alt-svc", "clear-site-data", "service-worker-allowed", "strict-transport-security", "referrer-policy",
            "content-security-policy", "content-security-policy-report-only", "x-content-type-options", "proxy-authenticate",
            "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "server",
            "authorization", "cookie", "content-encoding", "content-length", "content-md5", "digest", "x-request-id", "x-upstream-request-id", "x-seller-id",
            "x-company-id", "x-sandbox", "server-timing");

    private static final List<String> DROPPED_FAMILIES = List.of("camel", "org.apache.camel", "tollgate", "x-tollgate",
            "access-control-");

    private static final Pattern MEDIA_TYPE = Pattern.compile("\\s*+([\\w.+-]{1,60}/[\\w.+-]{1,100})\\s*+(?:;.*+)?", Pattern.DOTALL);
    private static final Set<String> PLAIN_TYPES = Set.of("application/json", "application/octet-stream", "text/event-stream",
            "text/html", "text/plain", "image/png");

    private ReplyHeaders() {
    }

    static void clean(ClassicHttpResponse reply) {
        String id = Arrays.stream(reply.getHeaders()).filter(header -> IDS.contains(header.getName().toLowerCase(Locale.ROOT)))
                .map(Header::getValue).filter(value -> value != null && ID.matcher(value).matches() && !isSecret(value))
                .findFirst().orElse(null);
        for (Header header : reply.getHeaders()) {
            String name = header.getName();
            if (name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE)) {
                continue;
            }
            if (isDropped(name) || isSecret(name) || isSecret(header.getValue())) {
                reply.removeHeader(header);
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

    private static boolean isDropped(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return DROPPED.contains(lower) || DROPPED_FAMILIES.stream().anyMatch(lower::startsWith);
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
