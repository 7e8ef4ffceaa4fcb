package dev.tollgate.check;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A property that a kamelet declares: a small part of JSON schema, as kamelets use it.
 *
 * @param yaml its type and bounds
 */
record KameletProperty(Yaml yaml) {

    /** Of the types of JSON schema those that kamelets use. */
    static final List<String> TYPES = List.of("string", "integer", "number", "boolean", "object", "array", "binary");

    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(\\.\\d+)?");

    /** Whether it may have that value. What a placeholder stands for is not known here. */
    boolean accepts(String value) {
        if (value.contains("{{")) {
            return true;
        }
        boolean choice = !yaml.has("enum") || yaml.get("enum").items().stream().anyMatch(one -> value.equals(one.text()));
        boolean pattern = !yaml.has("pattern") || pattern().map(regex -> regex.matcher(value).find()).orElse(true);
        return choice && pattern && switch (yaml.text("type")) {
            case "integer" -> INTEGER.matcher(value).matches() && within(new BigDecimal(value));
            case "number" -> NUMBER.matcher(value).matches() && within(new BigDecimal(value));
            case "boolean" -> value.equals("true") || value.equals("false");
            default -> true;
        };
    }

    /** The pattern; empty for one that is none, as for none at all. */
    Optional<Pattern> pattern() {
        try {
            return Optional.of(Pattern.compile(yaml.text("pattern")));
        }
        catch (PatternSyntaxException e) {
            return Optional.empty();
        }
    }

    private boolean within(BigDecimal number) {
        return bound("minimum").map(least -> number.compareTo(least) >= 0).orElse(true)
                && bound("maximum").map(most -> number.compareTo(most) <= 0).orElse(true);
    }

    private Optional<BigDecimal> bound(String name) {
        return Optional.of(yaml.text(name)).filter(text -> NUMBER.matcher(text).matches()).map(BigDecimal::new);
    }

    /** A sentence for a value that is none, with what the kamelet says of the property. */
    String complaint(String value) {
        String example = yaml.text("example").isEmpty() ? "" : " For example " + yaml.text("example") + ".";
        return "\"%s\" cannot be \"%s\" (%s). %s%s".formatted(yaml.key(), value, bounds(), yaml.text("description"), example);
    }

    private String bounds() {
        StringBuilder bounds = new StringBuilder(yaml.text("type"));
        if (yaml.has("minimum")) {
            bounds.append(" from ").append(yaml.text("minimum"));
        }
        if (yaml.has("maximum")) {
            bounds.append(" to ").append(yaml.text("maximum"));
        }
        if (yaml.has("enum")) {
            bounds.append(", one of ").append(String.join(", ", yaml.get("enum").items().stream().map(Yaml::text).toList()));
        }
        return bounds.toString();
    }
}
