package dev.tollgate.check;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who makes a route out of a template names it and its parameters rightly. */
final class TemplateRule implements Rule {

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        Map<String, Yaml> templates = parts.stream().filter(part -> part.is("routeTemplate"))
                .collect(Collectors.toMap(Part::id, Part::yaml, (first, second) -> first));
        parts.stream().filter(part -> part.is("templatedRoute")).map(Part::yaml).filter(use -> use.has("routeTemplateRef"))
                .forEach(use -> {
                    Yaml template = templates.get(use.text("routeTemplateRef"));
                    if (template == null) {
                        findings.accept(use.get("routeTemplateRef").finding(RuleId.TEMPLATE, "There is no routeTemplate %s: correct the name or add it"
                                .formatted(use.text("routeTemplateRef"))));
                    } else {
                        given(use, template, findings);
                    }
                });
    }

    private static void given(Yaml use, Yaml template, Consumer<Finding> findings) {
        Map<String, Yaml> declared = parameters(template);
        Map<String, Yaml> given = parameters(use);
        given.forEach((name, parameter) -> {
            if (!declared.containsKey(name)) {
                findings.accept(parameter.finding(RuleId.TEMPLATE, "\"%s\" is no parameter of %s: it has %s".formatted(name, template.text("id"),
                        String.join(", ", declared.keySet()))));
            }
        });
        String missing = declared.entrySet().stream()
                .filter(one -> !one.getValue().has("defaultValue") && !one.getValue().text("required").equals("false"))
                .map(Map.Entry::getKey).filter(name -> !given.containsKey(name)).collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            findings.accept(use.get("routeTemplateRef").finding(RuleId.TEMPLATE, "The routeTemplate %s needs %s: add it below parameters"
                    .formatted(template.text("id"), missing)));
        }
    }

    private static Map<String, Yaml> parameters(Yaml holder) {
        return Stream.ofNullable(holder.get("parameters")).flatMap(list -> list.items().stream())
                .filter(parameter -> parameter.has("name"))
                .collect(Collectors.toMap(parameter -> parameter.text("name"), parameter -> parameter, (first, second) -> first,
                        LinkedHashMap::new));
    }
}
