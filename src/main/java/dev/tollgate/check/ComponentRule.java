package dev.tollgate.check;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a route uses is on the class path, or its finding names the jar that brings it. */
final class ComponentRule implements Rule {

    /** Below these a key is the author's own. */
    private static final Set<String> FREE = Set.of("parameters", "properties", "constructors", "headers", "definition", "metadata");

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        Set<String> beans = parts.stream().filter(part -> part.is("beans")).flatMap(part -> part.yaml().items().stream())
                .map(bean -> bean.text("name")).collect(Collectors.toSet());
        parts.forEach(part -> {
            Stream.concat(part.yaml().all().filter(piece -> "from".equals(piece.key())).flatMap(from -> Endpoint.of(from).stream()),
                    part.steps().flatMap(step -> step.endpoint().stream()))
                    .filter(endpoint -> !beans.contains(endpoint.scheme()))
                    .forEach(endpoint -> tell("component", endpoint.scheme(), endpoint.at(),
                            Components.missing(Components.Kind.COMPONENT, endpoint.scheme()), findings));
            languages(part.yaml(), findings);
            part.steps().filter(step -> step.kind().equals("marshal") || step.kind().equals("unmarshal"))
                    .flatMap(step -> step.yaml().fields().values().stream())
                    .forEach(format -> tell("data format", format.key(), format,
                            Components.missing(Components.Kind.DATAFORMAT, format.key()), findings));
        });
    }

    private static void languages(Yaml yaml, Consumer<Finding> findings) {
        if (yaml.key() != null && FREE.contains(yaml.key())) {
            return;
        }
        if (Languages.is(yaml) && (yaml.text() != null || yaml.has("expression"))) {
            tell("language", yaml.key(), yaml, Components.missing(Components.Kind.LANGUAGE, yaml.key()), findings);
        }
        yaml.children().forEach(child -> languages(child, findings));
    }

    private static void tell(String kind, String name, Yaml at, Optional<String> artifact, Consumer<Finding> findings) {
        artifact.ifPresent(missing -> findings.accept(at.finding(RuleId.MISSING_COMPONENT,
                ("The %s %s is not there: put org.apache.camel:%s, in the version of Camel that runs here, with what it needs "
                        + "into the folder ext/ beside the gateway, and start it again").formatted(kind, name, missing))));
    }
}
