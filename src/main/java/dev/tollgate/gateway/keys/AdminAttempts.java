package dev.tollgate.gateway.keys;

import java.io.IOException;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.tollgate.gateway.RequestIds;
import dev.tollgate.gateway.RequestPath;
import dev.tollgate.logging.Redactor;

/** Hands on what was refused of requests that need the admin key, whichever filter or route refused it. */
final class AdminAttempts extends OncePerRequestFilter {

    private static final Set<Integer> REFUSALS = Set.of(401, 403, 429);
    private static final int WHAT = 100;
    private static final int ADDRESS = 64;

    private final RefusedAttempts refused;

    AdminAttempts(RefusedAttempts refused) {
        this.refused = refused;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !PathAccess.isForTheAdmin(request) || PublicPaths.areFor(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(request, response);
        if (REFUSALS.contains(response.getStatus())) {
            String who = SecurityContextHolder.getContext().getAuthentication() instanceof KeyAuthentication known
                    ? known.getPrincipal().name() : "nobody";
            refused.note(new RefusedAttempts.Attempt(cut(who, WHAT),
                    cut(Redactor.redact(request.getMethod() + " " + RequestPath.of(request).value()), WHAT), response.getStatus(),
                    cut(request.getRemoteAddr(), ADDRESS), response.getHeader(RequestIds.HEADER)));
        }
    }

    private static String cut(String text, int characters) {
        return text.length() <= characters ? text : text.substring(0, characters - 1) + "…";
    }
}
