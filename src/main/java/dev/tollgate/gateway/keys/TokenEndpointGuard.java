package dev.tollgate.gateway.keys;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.KeyInBody;
import dev.tollgate.gateway.Refusal;

/** Slows wrong keys at the token endpoint as well, where they stand in the body. */
final class TokenEndpointGuard extends OncePerRequestFilter {

    private final FailedAttempts attempts;

    TokenEndpointGuard(FailedAttempts attempts) {
        this.attempts = attempts;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return Dialect.of(request) != Dialect.TOKEN_ENDPOINT;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try (FailedAttempts.Look look = attempts.look(request.getRemoteAddr())) {
            request.setAttribute(KeyInBody.PROPERTY, (KeyInBody) look::wrong);
            chain.doFilter(request, response);
        }
        catch (Refusal slowed) {
            Dialect.TOKEN_ENDPOINT.write(request, response, slowed);
        }
    }
}
