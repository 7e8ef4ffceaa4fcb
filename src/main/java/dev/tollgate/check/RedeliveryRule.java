package dev.tollgate.check;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.apache.camel.support.PatternHelper;

/**
 * Camel counts attempts in a header: a route that is repeated and removes it is repeated for ever. One that names the
 * header anywhere is trusted, because a bean may put it back.
 */
final class RedeliveryRule implements Rule {

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        List<String> redelivering = parts.stream().filter(part -> part.is("routeConfiguration"))
                .filter(part -> part.yaml().all().anyMatch(RedeliveryRule::redelivers)).map(Part::id).toList();
        List<Part> routes = parts.stream().map(Part::route).toList();
        Deque<Part> reached = new ArrayDeque<>(routes.stream()
                .filter(part -> Stream.of(part.yaml().text("routeConfigurationId").split(","))
                        .anyMatch(pattern -> redelivering.stream().anyMatch(id -> PatternHelper.matchPattern(id, pattern.strip()))))
                .toList());
        Set<Part> seen = new HashSet<>();
        while (!reached.isEmpty()) {
            Part route = reached.remove();
            if (seen.add(route)) {
                if (route.yaml().all().noneMatch(piece -> piece.text() != null && piece.text().contains("CamelRedelivery"))) {
                    route.steps().forEach(step -> check(step, findings));
                }
                // A wire tap works on a copy, whose headers nobody counts.
                List<Call> calls = route.steps().filter(step -> !step.kind().equals("wireTap")).map(Step::yaml)
                        .flatMap(Call::of).toList();
                routes.stream().filter(part -> calls.stream().anyMatch(call -> part.from().filter(from -> call.leadsTo(from.name())).isPresent()))
                        .forEach(reached::add);
            }
        }
    }

    private static boolean redelivers(Yaml piece) {
        return "redeliveryPolicyRef".equals(piece.key())
                || "maximumRedeliveries".equals(piece.key()) && !"0".equals(piece.text());
    }

    private static void check(Step step, Consumer<Finding> findings) {
        String counter = "CamelRedeliveryCounter";
        String pattern = step.yaml().text("pattern");
        if (step.kind().equals("removeHeaders") && matches(counter, pattern)
                && !matches(counter, step.yaml().text("excludePattern"))) {
            findings.accept(step.yaml().finding(RuleId.ENDLESS_REDELIVERY, "This step is repeated on failure and removes the header that counts the attempts, "
                    + "so they may never end: add CamelRedelivery.* to its excludePattern"));
        }
    }

    /** Placeholders are left out: what they stand for is not known here. */
    private static boolean matches(String header, String pattern) {
        return !pattern.isEmpty() && PatternHelper.matchPattern(header, pattern.replaceAll("\\{\\{[^}]*}}", "placeholder"));
    }
}
