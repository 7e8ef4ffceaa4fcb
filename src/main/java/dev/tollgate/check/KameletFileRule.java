package dev.tollgate.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A kamelet is found by its file's name, and its template reads the properties that it declares. */
final class KameletFileRule implements Rule {

    /** A name without a dot: a property, or one of the template's own beans. */
    private static final Pattern PARAMETER = Pattern.compile("\\{\\{[?!]?\\s*([^{}:.\\s]+)\\s*[:}]");

    /** Options of Camel's own, which never reach a template. */
    private static final Set<String> RESERVED = Set.of("templateId", "routeId", "location", "noErrorHandler", "block", "timeout",
            "bridgeErrorHandler", "exceptionHandler", "exchangePattern", "failIfNoConsumers", "lazyStartProducer");

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        Map<String, Kamelet> known = new HashMap<>();
        Kamelet.of(parts.stream()).forEach(kamelet -> {
            named(kamelet, known.putIfAbsent(kamelet.name(), kamelet), findings);
            declared(kamelet, findings);
            read(kamelet, findings);
        });
    }

    private static void named(Kamelet kamelet, Kamelet first, Consumer<Finding> findings) {
        String file = kamelet.yaml().place().file();
        if (first != null) {
            findings.accept(kamelet.yaml().finding("The kamelet %s stands in %s as well: give one of them another name"
                    .formatted(kamelet.name(), first.yaml().place().file())));
        } else if (!kamelet.name().isEmpty() && !file.replaceFirst(".*[/\\\\]", "").equals(kamelet.name() + ".kamelet.yaml")) {
            findings.accept(kamelet.yaml().get("metadata", "name").finding(
                    "The file must be called %s.kamelet.yaml: rename one of them".formatted(kamelet.name())));
        }
    }

    private static void declared(Kamelet kamelet, Consumer<Finding> findings) {
        kamelet.required().filter(wanted -> !kamelet.properties().containsKey(wanted.text()))
                .forEach(wanted -> findings.accept(wanted.finding(
                        "\"%s\" is required but no property: add it to properties".formatted(wanted.text()))));
        kamelet.properties().values().stream().filter(property -> RESERVED.contains(property.key()))
                .forEach(property -> findings.accept(property.finding(
                        "Camel keeps \"%s\" of every kamelet for itself: choose another name".formatted(property.key()))));
        kamelet.properties().values().stream().map(KameletProperty::new).forEach(property ->
                Stream.of("default", "example").flatMap(name -> Stream.ofNullable(property.yaml().get(name)))
                        .filter(value -> value.text() != null && !property.accepts(value.text()))
                        .forEach(value -> findings.accept(value.finding(
                                "The %s: %s".formatted(value.key(), property.complaint(value.text()))))));
    }

    private static void read(Kamelet kamelet, Consumer<Finding> findings) {
        Set<String> known = new HashSet<>(kamelet.properties().keySet());
        kamelet.beans().forEach(known::add);
        Set<String> read = new HashSet<>();
        kamelet.texts().forEach(text -> {
            Matcher parameter = PARAMETER.matcher(text.text());
            while (parameter.find()) {
                String name = parameter.group(1);
                read.add(name);
                if (!known.contains(name)) {
                    findings.accept(text.finding(name, "The kamelet has no property %s: correct the name or declare it".formatted(name)));
                }
            }
        });
        kamelet.properties().values().stream().filter(property -> !read.contains(property.key()))
                .forEach(property -> findings.accept(property.finding(
                        "Nothing in the template reads %s: use it or remove it".formatted(property.key()))));
    }
}
