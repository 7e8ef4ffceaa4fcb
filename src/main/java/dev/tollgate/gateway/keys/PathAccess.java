package dev.tollgate.gateway.keys;

import java.util.Map;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;

import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.RequestPath;

/** What a key needs for a path: the admin key, or the API that the path belongs to. */
final class PathAccess implements AuthorizationManager<RequestAuthorizationContext> {

    /** First parts of paths that are not named like their API; any other first part is the API's name. */
    private static final Map<String, String> APIS = Map.of("extract", "gemini", "token", "gemini", "judge", "xai",
            "learn", "xai", "connect", "sp-api", "sellers", "sp-api", "openapi.json", "status", "docs", "status");

    @Override
    public AuthorizationDecision check(Supplier<Authentication> caller, RequestAuthorizationContext context) {
        HttpServletRequest request = context.getRequest();
        if (PublicPaths.areFor(request)) {
            return new AuthorizationDecision(true);
        }
        boolean may = caller.get() instanceof KeyAuthentication known && mayUse(known.getPrincipal(), request);
        return new AuthorizationDecision(may);
    }

    private static boolean mayUse(KeyHolder holder, HttpServletRequest request) {
        String api = api(request);
        return isForTheAdmin(request) || api.equals("sandbox") ? holder.admin() : holder.mayUse(api);
    }

    /** Whether a path is the operator's: {@code /admin} and {@code /actuator} with all below them. */
    static boolean isForTheAdmin(HttpServletRequest request) {
        String api = api(request);
        return api.equals("admin") || api.equals("actuator");
    }

    /** The API that a path belongs to, as keys name it. */
    static String api(HttpServletRequest request) {
        String path = RequestPath.of(request).value();
        int from = path.startsWith("/") ? 1 : 0;
        int to = path.indexOf('/', from);
        return apiOf(path.substring(from, to < 0 ? path.length() : to));
    }

    static String apiOf(String firstPart) {
        return APIS.getOrDefault(firstPart, firstPart);
    }
}
