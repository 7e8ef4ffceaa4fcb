package dev.tollgate.gateway.keys;

import java.io.IOException;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestPath;

/** Refuses, before anybody asks who calls, what no proper caller sends. */
final class ProperRequests extends OncePerRequestFilter {

    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

    private final OwnSite site;
    private final boolean asksForKeys;
    private final boolean checksHost;
    private final long maxUrlLength;

    /**
     * @param asksForKeys whether callers need keys; if not, pages of other sites are kept out
     * @param checksHost whether {@code Host} must be ours
     */
    ProperRequests(OwnSite site, boolean asksForKeys, boolean checksHost, long maxUrlLength) {
        this.site = site;
        this.asksForKeys = asksForKeys;
        this.checksHost = checksHost;
        this.maxUrlLength = maxUrlLength;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            check(request);
        }
        catch (Refusal no) {
            Dialect.of(request).write(request, response, no);
            return;
        }
        chain.doFilter(request, response);
    }

    private void check(HttpServletRequest request) {
        if (checksHost) {
            site.checkHost(request);
        }
        if (!asksForKeys) {
            site.checkOrigin(request);
        }
        RequestPath path = RequestPath.of(request);
        path.refusal().ifPresent(why -> {
            throw Refusal.of(400, why);
        });
        String query = request.getQueryString();
        if (path.raw().length() + (query == null ? 0 : query.length()) > maxUrlLength) {
            throw Refusal.of(414, "The address is longer than %d bytes. Send less in it.".formatted(maxUrlLength));
        }
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.strip().equalsIgnoreCase("identity") && !mayBeCompressed(request)) {
            throw Refusal.of(415, "This request has no body that is decoded here. Send it without Content-Encoding.");
        }
        // Every value is looked at here, so that the firewall speaks up now rather than inside a route.
        Collections.list(request.getHeaderNames()).forEach(name -> {
            Collections.list(request.getHeaders(name));
            if (asksForKeys && steersCamel(name)) {
                throw Refusal.of(400, "The header %s is not for callers to send. Leave it out.".formatted(name));
            }
        });
    }

    /** The door decodes what a route gets as a whole; the parts of an upload go to the container. */
    private static boolean mayBeCompressed(HttpServletRequest request) {
        String type = request.getContentType();
        return WITH_BODY.contains(request.getMethod()) && (type == null || !type.toLowerCase(Locale.ROOT).startsWith("multipart/"));
    }

    /** Where keys are asked for a stranger tries this; on loopback such a header is dropped without a word. */
    private static boolean steersCamel(String header) {
        String name = header.toLowerCase(Locale.ROOT);
        return name.startsWith("camel") || name.startsWith("org.apache.camel") || name.startsWith("tollgate");
    }
}
