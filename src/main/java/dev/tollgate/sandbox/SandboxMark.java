package dev.tollgate.sandbox;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.tollgate.gateway.RequestPath;

/** Every answer of the sandbox says so, in the header {@code X-Sandbox}: nobody shall take a simulated verdict for a real one. */
@Component
@Profile("sandbox")
class SandboxMark extends OncePerRequestFilter {

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        response.setHeader("X-Sandbox", "true");
        chain.doFilter(request, response);
    }

    /** The simulators mark their own answers. */
    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return RequestPath.of(request).isOrIsBelow("/sandbox");
    }
}
