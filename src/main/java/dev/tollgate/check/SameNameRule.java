package dev.tollgate.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.springframework.boot.convert.DurationStyle;

/**
 * What is kept under a name has one set of numbers. Of two that differ the one that is used last would win, which nobody
 * sees who reads only one of the files. A kamelet marks the properties that this is about.
 */
final class SameNameRule implements Rule {

    /** In {@code x-descriptors}: all who give the same {@code name} must give the same value. */
    static final String MARK = "urn:tollgate:same-for-name";

    private static final String NAME = "name";
    private static final Pattern TIME = Pattern.compile("[0-9]{1,9}(ms|s|m|h|d)");

    private record Named(String kamelet, String name) {
    }

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        Map<String, Kamelet> kamelets = Kamelet.byName(parts);
        Map<Named, KameletUse> known = new HashMap<>();
        KameletUse.of(parts).filter(use -> kamelets.containsKey(use.kamelet())).forEach(use -> {
            Map<String, Yaml> properties = kamelets.get(use.kamelet()).properties();
            String name = properties.containsKey(NAME) ? use.value(properties.get(NAME)) : "";
            KameletUse first = name.isEmpty() || isOpen(name) ? null : known.putIfAbsent(new Named(use.kamelet(), name), use);
            if (first != null) {
                properties.values().stream().filter(SameNameRule::isMarked)
                        .forEach(property -> compare(name, property, first, use, findings));
            }
        });
    }

    private static boolean isMarked(Yaml property) {
        return property.has("x-descriptors")
                && property.get("x-descriptors").items().stream().anyMatch(mark -> MARK.equals(mark.text()));
    }

    private static void compare(String name, Yaml property, KameletUse first, KameletUse second, Consumer<Finding> findings) {
        String there = first.value(property);
        String here = second.value(property);
        if (!meaning(there).equals(meaning(here)) && !isOpen(there) && !isOpen(here)) {
            Finding at = first.step().place(property.key()).finding(RuleId.SAME_NAME, "");
            findings.accept(second.step().place(property.key()).finding(RuleId.SAME_NAME,
                    "\"%s\" of the %s %s is \"%s\" here and \"%s\" in %s:%d: make them the same, or choose another name"
                            .formatted(property.key(), second.kamelet(), name, here, there, at.file(), at.line())));
        }
    }

    /** Whether it is known only when the routes are loaded. */
    private static boolean isOpen(String value) {
        return value.contains("{{");
    }

    /** 60s is 1m. */
    private static Object meaning(String value) {
        return TIME.matcher(value).matches() ? DurationStyle.SIMPLE.parse(value) : value;
    }
}
