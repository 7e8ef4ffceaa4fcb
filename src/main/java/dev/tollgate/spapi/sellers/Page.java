package dev.tollgate.spapi.sellers;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a browser is answered: a page, or another address.
 *
 * @param status  HTTP status
 * @param headers all there is to send
 * @param html    the page; empty for a redirect
 */
public record Page(int status, Map<String, String> headers, String html) {

    /** A page that nobody keeps, that loads nothing and that tells the next site nothing of where its reader was. */
    static Page of(int status, String html) {
        Map<String, String> headers = quiet();
        headers.put("Content-Type", "text/html; charset=UTF-8");
        headers.put("Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'");
        headers.put("X-Content-Type-Options", "nosniff");
        return new Page(status, headers, html);
    }

    static Page redirect(URI to, String cookie) {
        Map<String, String> headers = quiet();
        headers.put("Location", to.toString());
        headers.put("Set-Cookie", cookie);
        return new Page(302, headers, "");
    }

    private static Map<String, String> quiet() {
        return new LinkedHashMap<>(Map.of("Referrer-Policy", "no-referrer", "Cache-Control", "no-store"));
    }

    /** Without the address, which holds a state. */
    @Override
    public String toString() {
        return "page with status " + status;
    }
}
