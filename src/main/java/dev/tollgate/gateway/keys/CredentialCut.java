package dev.tollgate.gateway.keys;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.RequestPath;

/** The last filter: hands on a request without credentials, and who sent it. */
final class CredentialCut extends OncePerRequestFilter {

    /** Simulated upstreams look at the credentials that the gateway itself sends them. */
    private static final String SANDBOX = "/sandbox";

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return RequestPath.of(request).isOrIsBelow(SANDBOX);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Authentication caller = SecurityContextHolder.getContext().getAuthentication();
        String credential = Credentials.of(request).orElse(null);
        if (caller instanceof KeyAuthentication known) {
            boolean told = known.getPrincipal() == KeyHolder.LOOPBACK && credential != null;
            request.setAttribute(KeyHolder.PROPERTY, told ? KeyHolder.loopback(credential) : known.getPrincipal());
        }
        chain.doFilter(new WithoutCredentials(request, credential), response);
    }
}
