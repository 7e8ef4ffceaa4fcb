package dev.tollgate.keepa;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import dev.tollgate.gateway.QueryString;
import dev.tollgate.gateway.RawTarget;
import dev.tollgate.logging.Redactor;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The one access key that pays. It is put into a request as the last thing before the request leaves, beside Camel's own
 * address of the call, so that it is in no log line and in no exception; see {@link KeepaHttp}.
 */
@Component("keepaKey")
public class KeepaKey {

    static final String PARAMETER = "key";

    private final String key;
    private final String base;

    KeepaKey(@Value("${tollgate.keepa.api-key:}") String key, KeepaProperties keepa) {
        this.key = URLEncoder.encode(key.strip(), StandardCharsets.UTF_8);
        Redactor.register(this.key);
        URI url = keepa.baseUrl();
        this.base = url.getRawPath() == null ? "" : url.getRawPath().replaceFirst("/+$", "");
    }

    /** Whether there is one. */
    public boolean isConfigured() {
        return !key.isEmpty();
    }

    /** Addresses the request in the message to Keepa: path and query as the caller wrote them, but for the key. */
    public void put(Exchange exchange) {
        Message request = exchange.getMessage();
        String path = request.getHeader(Exchange.HTTP_PATH, "", String.class);
        String query = request.getHeader(Exchange.HTTP_QUERY, String.class);
        request.removeHeader(Exchange.HTTP_QUERY);
        request.setHeader(RawTarget.HEADER, base + path + "?" + swapped(query, key));
    }

    /**
     * The query with our key where the caller's first one stood, or in front when there was none; further ones are
     * dropped. Every other byte stays, empty pairs included.
     */
    static String swapped(String query, String key) {
        String ours = PARAMETER + "=" + key;
        if (query == null || query.isEmpty()) {
            return ours;
        }
        QueryString theirs = QueryString.of(query);
        Optional<QueryString.Parameter> first = theirs.parameters().stream().filter(parameter -> parameter.name().equals(PARAMETER)).findFirst();
        String swapped = theirs.rewritten(parameter -> !parameter.name().equals(PARAMETER) ? parameter.raw()
                : parameter == first.get() ? ours : null);
        return first.isPresent() ? swapped : ours + "&" + swapped;
    }
}
