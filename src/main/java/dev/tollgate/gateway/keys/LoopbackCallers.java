package dev.tollgate.gateway.keys;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.logging.UnknownCaller;

/** Without an admin key whoever calls from this machine may do everything, and nobody else anything. */
final class LoopbackCallers extends OncePerRequestFilter {

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!OwnSite.isLoopbackAddress(request.getRemoteAddr())) {
            Dialect.of(request).write(request, response, Refusal.of(403,
                    "Without " + AdminKey.VARIABLE + " the gateway serves callers of its own machine only."));
            return;
        }
        UnknownCaller.isKnown();
        SecurityContextHolder.setContext(new SecurityContextImpl(new KeyAuthentication(KeyHolder.LOOPBACK)));
        chain.doFilter(request, response);
    }
}
