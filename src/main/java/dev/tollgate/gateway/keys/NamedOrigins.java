package dev.tollgate.gateway.keys;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;

import dev.tollgate.gateway.RequestPath;

/**
 * Which web pages may call the APIs from a browser (CORS): those of origins that an operator has named. A page's key proves
 * what it may do like any other caller's; the operator's own paths are for no page.
 */
final class NamedOrigins implements CorsConfigurationSource {

    private static final List<String> OPERATORS = List.of("/admin", "/actuator");
    private static final List<String> EXPOSED = List.of("X-Request-Id", "X-Upstream-Request-Id", "Retry-After", "Retry-After-Ms",
            "X-Should-Retry", "X-Tollgate-Cache", "X-RateLimit-Limit-Requests", "X-RateLimit-Remaining-Requests",
            "X-RateLimit-Limit-Tokens", "X-RateLimit-Remaining-Tokens");

    private final Set<String> origins;

    NamedOrigins(List<String> origins) {
        this.origins = origins.stream().map(origin -> origin.strip().toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether the request is sent by a page that may. */
    boolean isFrom(HttpServletRequest request) {
        String origin = request.getHeader("Origin");
        return origin != null && origins.contains(origin.toLowerCase(Locale.ROOT))
                && OPERATORS.stream().noneMatch(path -> RequestPath.of(request).isOrIsBelow(path));
    }

    /** Null for all others, which are answered as if there were no such thing. */
    @Override
    public CorsConfiguration getCorsConfiguration(HttpServletRequest request) {
        if (!isFrom(request)) {
            return null;
        }
        CorsConfiguration allowed = new CorsConfiguration();
        allowed.setAllowedOrigins(List.of(request.getHeader("Origin")));
        allowed.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"));
        allowed.setAllowedHeaders(List.of(CorsConfiguration.ALL));
        allowed.setExposedHeaders(EXPOSED);
        allowed.setMaxAge(Duration.ofHours(1));
        return allowed;
    }
}
