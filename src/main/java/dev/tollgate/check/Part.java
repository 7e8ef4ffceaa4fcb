package dev.tollgate.check;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One entry of a route file.
 *
 * @param kind {@code route}, {@code rest}, {@code routeConfiguration}, {@code routeTemplate}, …
 */
record Part(String kind, Yaml yaml) {

    private static final Set<String> VERBS = Set.of("get", "post", "put", "delete", "patch", "head");

    static Stream<Part> of(Yaml document) {
        return document.items().stream().flatMap(entry -> entry.fields().entrySet().stream())
                .map(entry -> new Part(entry.getKey(), entry.getValue()));
    }

    boolean is(String wanted) {
        return kind.equals(wanted);
    }

    String id() {
        return yaml.text("id");
    }

    String file() {
        return yaml.place().file();
    }

    /** The route that a template holds, or the one that is written without a name; of everything else itself. */
    Part route() {
        return is("routeTemplate") && yaml.has("route") ? new Part("route", yaml.get("route")) : this;
    }

    boolean isRoute() {
        return is("route") || is("from");
    }

    /** What a route, or the template of a kamelet, is entered by; empty for what is neither. */
    Optional<Endpoint> from() {
        Yaml holder = is("kamelet") ? yaml.has("spec", "template", "route") ? yaml.get("spec", "template", "route")
                : yaml.get("spec", "template") : yaml;
        Yaml from = is("from") ? yaml : holder == null ? null : holder.get("from");
        return from == null ? Optional.empty() : Endpoint.of(from);
    }

    Stream<Step> steps() {
        return Step.of(yaml);
    }

    /** The verbs of a {@code rest}. */
    Stream<Yaml> verbs() {
        return is("rest") ? VERBS.stream().flatMap(verb -> Stream.ofNullable(yaml.get(verb)))
                .flatMap(verbs -> verbs.items().stream()) : Stream.empty();
    }

    /** Where a verb leads. */
    static Stream<Endpoint> target(Yaml verb) {
        return Stream.ofNullable(verb.get("to")).flatMap(to -> Endpoint.of(to).stream());
    }
}
