package dev.tollgate.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A kamelet is found by its file's name, and its template reads the properties that it declares.
 *
 * @param keys whether a setting exists: a template may read these as well
 */
record KameletFileRule(Predicate<String> keys) implements Rule {

    /** A name without a dot: a property, or one of the template's own beans. */
    private static final Pattern PARAMETER = Pattern.compile("\\{\\{([?!]?)\\s*([^{}:.\\s]+)\\s*([:}])");

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
            findings.accept(kamelet.yaml().finding(RuleId.DUPLICATE_ID, "The kamelet %s stands in %s as well: give one of them another name"
                    .formatted(kamelet.name(), first.yaml().place().file())));
        } else if (!kamelet.name().isEmpty() && !file.replaceFirst(".*[/\\\\]", "").equals(kamelet.name() + ".kamelet.yaml")) {
            findings.accept(kamelet.yaml().get("metadata", "name").finding(RuleId.KAMELET_FILE,
                    "The file should be called %s.kamelet.yaml: rename one of them".formatted(kamelet.name())));
        }
    }

    private static void declared(Kamelet kamelet, Consumer<Finding> findings) {
        kamelet.required().filter(wanted -> !kamelet.properties().containsKey(wanted.text()))
                .forEach(wanted -> findings.accept(wanted.finding(RuleId.KAMELET_FILE,
                        "\"%s\" is required but no property: add it to properties".formatted(wanted.text()))));
        kamelet.properties().values().stream().filter(property -> KameletRule.OF_CAMEL.contains(property.key()))
                .forEach(property -> findings.accept(property.finding(RuleId.KAMELET_FILE,
                        "Camel keeps \"%s\" of every kamelet for itself: choose another name".formatted(property.key()))));
        kamelet.properties().values().stream().filter(property -> property.has("pattern") && new KameletProperty(property).pattern().isEmpty())
                .forEach(property -> findings.accept(property.get("pattern").finding(RuleId.KAMELET,
                        "The pattern of %s is no regular expression: correct it".formatted(property.key()))));
        kamelet.properties().values().stream().filter(property -> property.has("type") && !KameletProperty.TYPES.contains(property.text("type")))
                .forEach(property -> findings.accept(property.get("type").finding(RuleId.KAMELET_FILE, "\"%s\" is checked by nobody, of %s choose one of them"
                        .formatted(property.text("type"), String.join(", ", KameletProperty.TYPES)))));
        kamelet.properties().values().stream().map(KameletProperty::new).forEach(property ->
                Stream.of("default", "example").flatMap(name -> Stream.ofNullable(property.yaml().get(name)))
                        .filter(value -> value.text() != null && !property.accepts(value.text()))
                        .forEach(value -> findings.accept(value.finding(RuleId.KAMELET_FILE,
                                "The %s: %s".formatted(value.key(), property.complaint(value.text()))))));
    }

    private void read(Kamelet kamelet, Consumer<Finding> findings) {
        Set<String> known = new HashSet<>(kamelet.properties().keySet());
        kamelet.beans().forEach(known::add);
        Set<String> read = new HashSet<>();
        kamelet.texts().forEach(text -> {
            Matcher parameter = PARAMETER.matcher(text.text());
            while (parameter.find()) {
                String name = parameter.group(2).replaceFirst("\\?.*", "");
                read.add(name);
                boolean mayBeNone = parameter.group(1).equals("?") || parameter.group(3).equals(":");
                if (!known.contains(name) && !mayBeNone && !keys.test(name)) {
                    findings.accept(text.finding(RuleId.KAMELET, name, "The kamelet has no property %s: correct the name or declare it".formatted(name)));
                }
            }
        });
        kamelet.properties().values().stream().filter(property -> !read.contains(property.key()))
                .forEach(property -> findings.accept(property.finding(RuleId.KAMELET_FILE,
                        "Nothing in the template reads %s: use it or remove it".formatted(property.key()))));
    }
}
