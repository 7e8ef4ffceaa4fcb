package dev.tollgate.gateway;

import java.io.IOException;
import java.util.regex.Pattern;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.tollgate.logging.UnknownCaller;

/**
 * Gives every request an id: the caller's {@code X-Request-Id} if it is sane, else a new one. The id is on the answer,
 * on every log line (MDC key {@code requestId}) and on every row that the request writes.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class RequestIds extends OncePerRequestFilter {

    /** Header, message header and request attribute that hold the id. */
    public static final String HEADER = "X-Request-Id";

    /** Key of the id in the logging context. */
    public static final String MDC_KEY = "requestId";

    /** What fits the columns and cannot break a log line: up to 100 letters, digits and {@code . _ : -}. */
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,99}");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Object known = request.getAttribute(HEADER);
        String id = known != null ? known.toString() : idOf(request.getHeader(HEADER));
        request.setAttribute(HEADER, id);
        response.setHeader(HEADER, id);
        try (MDC.MDCCloseable ignored = MDC.putCloseable(MDC_KEY, id); MDC.MDCCloseable unknown = UnknownCaller.begins()) {
            chain.doFilter(request, response);
        }
    }

    /** What the container refuses by itself comes here as an error only. */
    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }

    public static String idOf(String header) {
        return header != null && SANE.matcher(header).matches() ? header : TimeOrderedId.next();
    }
}
