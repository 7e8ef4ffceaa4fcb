package dev.tollgate.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Ids are the names in metrics, logs and tests; descriptions are the documentation that visual editors keep. */
final class NameRule implements Rule {

    private static final Pattern KEBAB = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private static final Set<String> NAMED = Set.of("route", "rest", "routeConfiguration", "routeTemplate");

    private static final Set<String> CALLS_OUT = Set.of("to", "toD", "wireTap", "enrich", "pollEnrich", "poll", "kamelet",
            "circuitBreaker", "throttle", "delay");

    /** Below these an {@code id} is somebody else's. */
    private static final Set<String> FOREIGN = Set.of("parameters", "properties", "constructors");

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        Map<String, Yaml> routes = new HashMap<>();
        Map<String, Yaml> configurations = new HashMap<>();
        Map<String, Yaml> steps = new HashMap<>();
        for (Part part : parts) {
            if (NAMED.contains(part.kind())) {
                require(part.yaml(), part.kind(), "id", findings);
            }
            if (part.is("from")) {
                findings.accept(part.yaml().finding("A route without a name: write it as \"route\" with id, description and group"));
            }
            if (part.route().is("route")) {
                require(part.route().yaml(), "route", "description", findings);
                require(part.route().yaml(), "route", "group", findings);
            }
            if (part.is("templatedRoute")) {
                require(part.yaml(), "templatedRoute", "routeId", findings);
            }
            Map<String, Yaml> own = part.is("routeConfiguration") ? configurations : routes;
            Stream.concat(Stream.of(part.yaml()), part.verbs()).flatMap(NameRule::routeId)
                    .forEach(id -> checkId(id, own, findings));
            part.steps().filter(step -> CALLS_OUT.contains(step.kind())).forEach(step -> {
                require(step.yaml(), step.kind(), "id", findings);
                require(step.yaml(), step.kind(), "description", findings);
            });
            List<Yaml> seen = part.verbs().flatMap(NameRule::id).toList();
            part.yaml().children().flatMap(NameRule::ids).filter(id -> id != part.yaml().get("id"))
                    .filter(id -> seen.stream().noneMatch(verb -> verb == id))
                    .forEach(id -> checkId(id, steps, findings));
        }
    }

    private static void require(Yaml yaml, String kind, String name, Consumer<Finding> findings) {
        if (yaml.text(name).isBlank()) {
            findings.accept(yaml.finding("This %s has no %s: give it one".formatted(kind, name)));
        }
    }

    private static Stream<Yaml> id(Yaml yaml) {
        return Stream.ofNullable(yaml.get("id")).filter(id -> id.text() != null);
    }

    private static Stream<Yaml> routeId(Yaml yaml) {
        return Stream.concat(id(yaml), Stream.ofNullable(yaml.get("routeId")).filter(id -> id.text() != null));
    }

    private static Stream<Yaml> ids(Yaml yaml) {
        if (yaml.key() != null && FOREIGN.contains(yaml.key())) {
            return Stream.empty();
        }
        boolean id = "id".equals(yaml.key()) && yaml.text() != null;
        return id ? Stream.of(yaml) : yaml.children().flatMap(NameRule::ids);
    }

    private static void checkId(Yaml id, Map<String, Yaml> known, Consumer<Finding> findings) {
        Yaml first = known.putIfAbsent(id.text(), id);
        if (first != null) {
            findings.accept(id.finding("The id %s is taken by %s:%d: choose another one"
                    .formatted(id.text(), first.place().file(), first.line())));
        }
        if (!KEBAB.matcher(id.text()).matches()) {
            findings.accept(id.finding("The id %s is not in kebab-case: write it in small letters and digits, joined by hyphens"
                    .formatted(id.text())));
        }
    }
}
