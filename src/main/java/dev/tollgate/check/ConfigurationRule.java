package dev.tollgate.check;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.camel.support.PatternHelper;

/** A route that answers callers says how errors are answered; without that the gateway answers them as its own. */
final class ConfigurationRule implements Rule {

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        List<String> configurations = parts.stream().filter(part -> part.is("routeConfiguration")).map(Part::id).toList();
        boolean forAll = configurations.contains("");
        Set<String> handled = parts.stream().filter(part -> part.is("onException") || part.is("errorHandler")).map(Part::file)
                .collect(Collectors.toSet());
        Set<String> behindRest = parts.stream().flatMap(Part::verbs).flatMap(Part::target).map(Endpoint::name)
                .collect(Collectors.toSet());
        for (Part route : parts.stream().map(Part::route).filter(Part::isRoute).toList()) {
            Yaml named = route.yaml().get("routeConfigurationId");
            boolean entrance = route.from().filter(from -> from.is("platform-http") || behindRest.contains(from.name())).isPresent();
            boolean own = named != null || forAll || handled.contains(route.file()) || route.yaml().has("errorHandler")
                    || route.yaml().has("errorHandlerRef");
            if (entrance && !own) {
                findings.accept(route.yaml().finding(RuleId.NO_ERROR_HANDLER, "This route has no error handling of its own, so the gateway "
                        + "answers its errors in its own envelope: add routeConfigurationId, or onException to this file"));
            }
            if (named != null && named.text() != null && !named.text().contains("{{")) {
                Stream.of(named.text().split(",")).map(String::strip)
                        .filter(pattern -> configurations.stream().noneMatch(id -> PatternHelper.matchPattern(id, pattern)))
                        .forEach(pattern -> findings.accept(named.finding(RuleId.UNKNOWN_CONFIGURATION,
                                "No routeConfiguration has the id %s: correct the name or add the configuration".formatted(pattern))));
            }
        }
    }
}
