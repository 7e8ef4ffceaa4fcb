package dev.tollgate.check;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The routes that a request of a caller may come to, by whatever calls in between. */
final class Reach {

    private static final Set<String> OPEN = Set.of("platform-http", "rest", "rest-openapi", "kamelet", "servlet", "jetty",
            "netty-http", "undertow", "vertx-http", "webhook", "grpc");

    private Reach() {
    }

    /** Parts whose steps see what a caller wrote: entrances, what they call, and whatever may be used anywhere. */
    static Set<Part> ofCallers(List<Part> parts) {
        Set<String> behindRest = parts.stream().flatMap(Part::verbs).flatMap(Part::target).map(Endpoint::name)
                .collect(Collectors.toSet());
        boolean contract = parts.stream().anyMatch(part -> part.is("rest") && part.yaml().has("openApi"));
        Deque<Part> open = new ArrayDeque<>(parts.stream().filter(part -> part.is("routeTemplate")
                || part.is("routeConfiguration") || part.is("onException") || part.from().filter(from -> OPEN.contains(from.scheme())
                || behindRest.contains(from.name()) || contract && from.is("direct")).isPresent()).toList());
        Set<Part> reached = new HashSet<>();
        while (!open.isEmpty()) {
            Part part = open.remove();
            if (reached.add(part)) {
                List<Call> calls = Call.of(part.yaml()).toList();
                parts.stream().filter(other -> other.from().filter(from -> from.isInternal()
                        && calls.stream().anyMatch(call -> call.leadsTo(from.name()))).isPresent()).forEach(open::add);
            }
        }
        return reached;
    }
}
