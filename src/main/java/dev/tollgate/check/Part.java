package dev.tollgate.check;

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

    /** The route that a template holds; of everything else itself. */
    Part route() {
        return is("routeTemplate") && yaml.has("route") ? new Part("route", yaml.get("route")) : this;
    }

    /** The address a route is entered by; empty for what is no route. */
    String from() {
        Yaml from = yaml.get("from");
        return from == null ? "" : from.text() != null ? from.text() : from.text("uri");
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
    static Stream<Yaml> target(Yaml verb) {
        return Stream.ofNullable(verb.get("to")).map(to -> to.text() != null ? to : to.get("uri"))
                .filter(uri -> uri != null && uri.text() != null);
    }
}
