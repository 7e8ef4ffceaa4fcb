package dev.tollgate.check;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Ids are the names in metrics, logs and tests; descriptions are the documentation that visual editors keep. */
final class NameRule implements Rule {

    private static final Pattern KEBAB = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private static final Set<String> NAMED = Set.of("route", "rest", "routeConfiguration", "routeTemplate");

    private static final Set<String> CALLS_OUT = Set.of("to", "toD", "wireTap", "enrich", "pollEnrich", "poll",
            "circuitBreaker", "throttle", "delay");

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        for (Part part : parts) {
            if (NAMED.contains(part.kind())) {
                require(part.yaml(), part.kind(), "id", findings);
            }
            if (part.is("from")) {
                findings.accept(part.yaml().finding(RuleId.NAMES, "A route without a name: write it as \"route\" with id, description and group"));
            }
            if (part.route().is("route")) {
                require(part.route().yaml(), "route", "description", findings);
                require(part.route().yaml(), "route", "group", findings);
            }
            if (part.is("templatedRoute")) {
                require(part.yaml(), "templatedRoute", "routeId", findings);
            }
            part.steps().filter(step -> CALLS_OUT.contains(step.kind())).forEach(step -> {
                if (!part.is("kamelet")) { // its steps run in every route that uses it, where an id must be unique
                    require(step.yaml(), step.kind(), "id", findings);
                }
                require(step.yaml(), step.kind(), "description", findings);
            });
            Stream.concat(IdRule.outer(part), IdRule.inner(part))
                    .filter(id -> !KEBAB.matcher(id.text()).matches())
                    .forEach(id -> findings.accept(id.finding(RuleId.NAMES, "The id %s is not in kebab-case: write it in small letters"
                            .formatted(id.text()) + " and digits, joined by hyphens")));
        }
    }

    private static void require(Yaml yaml, String kind, String name, Consumer<Finding> findings) {
        if (yaml.text(name).isBlank()) {
            findings.accept(yaml.finding(RuleId.NAMES, "This %s has no %s: give it one".formatted(kind, name)));
        }
    }
}
