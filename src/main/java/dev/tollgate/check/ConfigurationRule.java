package dev.tollgate.check;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.camel.support.PatternHelper;

/** A route that answers callers says how errors are answered; without that they become a bare 500. */
final class ConfigurationRule implements Rule {

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        List<String> configurations = parts.stream().filter(part -> part.is("routeConfiguration")).map(Part::id).toList();
        Set<String> behindRest = parts.stream().flatMap(Part::verbs).flatMap(Part::target)
                .map(to -> Call.name(to.text())).collect(Collectors.toSet());
        for (Part route : parts.stream().map(Part::route).toList()) {
            if (!route.is("route")) {
                continue;
            }
            Yaml named = route.yaml().get("routeConfigurationId");
            boolean entrance = route.from().startsWith("platform-http:") || route.from().equals("platform-http")
                    || behindRest.contains(Call.name(route.from()));
            if (named == null && entrance) {
                findings.accept(route.yaml().finding("Callers of this route would see a bare 500 on errors: add routeConfigurationId"));
            }
            if (named != null && named.text() != null) {
                Stream.of(named.text().split(",")).map(String::strip)
                        .filter(pattern -> configurations.stream().noneMatch(id -> PatternHelper.matchPattern(id, pattern)))
                        .forEach(pattern -> findings.accept(named.finding(
                                "No routeConfiguration has the id %s: correct the name or add the configuration".formatted(pattern))));
            }
        }
    }
}
