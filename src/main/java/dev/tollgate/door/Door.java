package dev.tollgate.door;

import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.server.PathContainer;
import org.springframework.util.StringUtils;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.handler.AbstractHandlerMapping;

import dev.tollgate.gateway.DoorProblems;
import dev.tollgate.gateway.RequestPath;

/**
 * Spring's way to the routes. A handler mapping rather than a servlet of its own, so that uploads, security filters,
 * static files and the actuator work as everywhere in Spring.
 */
class Door extends AbstractHandlerMapping {

    private final Generations generations;
    private final Predicate<RequestPath> looksAt;

    private Door(Generations generations, int order, Predicate<RequestPath> looksAt) {
        this.generations = generations;
        this.looksAt = looksAt;
        setOrder(order);
    }

    /** The same door twice: calls find it first, and what the actuator and the error page may have they are asked about before. */
    @Configuration(proxyBeanMethods = false)
    static class Doors {

        private final List<String> ownPages;

        Doors(@Value("${management.endpoints.web.base-path:/actuator}") String actuator, ServerProperties server) {
            this.ownPages = Stream.of(actuator, server.getError().getPath()).map(path -> StringUtils.trimTrailingCharacter(path, '/')).toList();
        }

        @Bean
        Door door(Generations generations) {
            return new Door(generations, Ordered.HIGHEST_PRECEDENCE, path -> !mayBeAnOwnPage(path));
        }

        /** After annotated controllers and the actuator, before static files. */
        @Bean
        Door doorBehindOwnPages(Generations generations) {
            return new Door(generations, 1, this::mayBeAnOwnPage);
        }

        private boolean mayBeAnOwnPage(RequestPath path) {
            return ownPages.stream().anyMatch(path::isOrIsBelow);
        }
    }

    @Override
    protected Object getHandlerInternal(HttpServletRequest request) {
        RequestPath asked = RequestPath.of(request);
        if (!looksAt.test(asked)) {
            return null;
        }
        if (asked.refusal().isPresent()) {
            return problem(HttpServletResponse.SC_BAD_REQUEST, asked.refusal().get());
        }
        PathContainer path = asked.parsed();
        Generation.Lookup lookup = generations.active().lookup(request.getMethod(), path);
        if (lookup.match().isPresent()) {
            return (HttpRequestHandler) (in, out) -> serve(path, in, out);
        }
        if (!lookup.allowed().isEmpty()) {
            return notAllowed(request.getMethod(), String.join(", ", lookup.allowed()));
        }
        return null; // perhaps a static file
    }

    private static HttpRequestHandler notAllowed(String method, String allowed) {
        return (in, out) -> {
            out.setHeader("Allow", allowed);
            if (method.equals("OPTIONS")) {
                out.setStatus(HttpServletResponse.SC_NO_CONTENT);
            }
            else {
                DoorProblems.write(out, HttpServletResponse.SC_METHOD_NOT_ALLOWED, "Method not allowed");
            }
        };
    }

    private static HttpRequestHandler problem(int status, String message) {
        return (in, out) -> DoorProblems.write(out, status, message);
    }

    /** Looks up again: between mapping and handling another generation may have taken over. */
    private void serve(PathContainer path, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Generation generation = generations.enter();
        boolean handedOn = false;
        try {
            var match = generation.lookup(request.getMethod(), path).match();
            if (match.isPresent()) {
                handedOn = true;
                match.get().consumer().serve(request, response, match.get().path(), generation::leave);
            }
            else {
                DoorProblems.write(response, HttpServletResponse.SC_NOT_FOUND, "No such path");
            }
        }
        finally {
            if (!handedOn) {
                generation.leave();
            }
        }
    }
}
