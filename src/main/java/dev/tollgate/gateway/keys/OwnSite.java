package dev.tollgate.gateway.keys;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;

import dev.tollgate.gateway.Refusal;

/**
 * Keeps web pages of other sites from driving a gateway by the browser of somebody who can reach it. A name that was made
 * to point here (DNS rebinding) is told by {@code Host}, a page of another site by {@code Origin} and
 * {@code Sec-Fetch-Site}, which pages cannot change.
 */
final class OwnSite {

    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-f:.]+]|[^:/@\\[\\]]+)(?::(\\d{1,5}))?");
    private static final Pattern ADDRESS = Pattern.compile("127(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

    private static final Pattern LITERAL = Pattern.compile("[0-9.]{7,15}|[0-9a-fA-F:.%]*:[0-9a-zA-Z:.%_-]*");

    private final List<String> alsoCalled;
    private final NamedOrigins welcome;

    /**
     * @param alsoCalled values of {@code Host} that are right besides loopback names with the port
     * @param welcome    whose pages may call from a browser
     */
    OwnSite(List<String> alsoCalled, NamedOrigins welcome) {
        this.welcome = welcome;
        this.alsoCalled = alsoCalled.stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
    }

    /** @throws Refusal 403 when the request was meant for another host */
    void checkHost(HttpServletRequest request) {
        String host = request.getHeader("Host");
        if (host == null || !isOurs(host.strip().toLowerCase(Locale.ROOT), request)) {
            throw Refusal.of(403, "The Host of this request is not one of this gateway's. Call it by localhost or 127.0.0.1 "
                    + "with its port, or list the name that you use in tollgate.allowed-hosts.");
        }
    }

    /** @throws Refusal 403 when a page of another site sent the request, or it came through a proxy */
    void checkOrigin(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        boolean foreignSite = site != null && !site.equals("same-origin") && !site.equals("none");
        String origin = request.getHeader("Origin");
        boolean foreignOrigin = origin != null && !isOurs(authority(origin), request);
        if ((foreignSite || foreignOrigin) && !PublicPaths.isPage(request) && !welcome.isFrom(request)) {
            throw Refusal.of(403, "Pages of other sites may not use this gateway.");
        }
        if (request.getHeader("X-Forwarded-For") != null || request.getHeader("X-Forwarded-Host") != null
                || request.getHeader("Forwarded") != null) {
            throw Refusal.of(403, "This request came through a proxy, and without " + AdminKey.VARIABLE
                    + " the gateway serves callers of its own machine only. Set it, and give callers keys.");
        }
    }

    private boolean isOurs(String host, HttpServletRequest request) {
        String port = ":" + request.getLocalPort();
        if (alsoCalled.contains(host) || host.equals("127.0.0.1" + port) || host.equals("localhost" + port)) {
            return true;
        }
        Matcher parts = HOST.matcher(host);
        if (!parts.matches() || !isLoopback(parts.group(1))) {
            return false;
        }
        int named = parts.group(2) != null ? Integer.parseInt(parts.group(2)) : request.isSecure() ? 443 : 80;
        return named == request.getLocalPort();
    }

    private static boolean isLoopback(String name) {
        try {
            return name.equals("localhost")
                    || ADDRESS.matcher(name).matches() && InetAddress.getByName(name).isLoopbackAddress();
        }
        catch (UnknownHostException noAddress) {
            return false;
        }
    }

    /** @param address as the container reports it; what is no literal, perhaps from a header, is not looked up */
    static boolean isLoopbackAddress(String address) {
        try {
            return LITERAL.matcher(address).matches() && InetAddress.getByName(address).isLoopbackAddress();
        }
        catch (UnknownHostException noAddress) {
            return false;
        }
    }

    private static String authority(String origin) {
        try {
            String authority = URI.create(origin).getAuthority();
            return authority == null ? "" : authority.toLowerCase(Locale.ROOT);
        }
        catch (IllegalArgumentException malformed) {
            return "";
        }
    }
}
