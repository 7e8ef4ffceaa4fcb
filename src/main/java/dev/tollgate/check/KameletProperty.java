package dev.tollgate.check;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * A property that a kamelet declares: a small part of JSON schema, as kamelets use it.
 *
 * @param yaml its type and bounds
 */
record KameletProperty(Yaml yaml) {

    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(\\.\\d+)?");

    /** Whether it may have that value. What a placeholder stands for is not known here. */
    boolean accepts(String value) {
        if (value.contains("{{")) {
            return true;
        }
        boolean choice = !yaml.has("enum") || yaml.get("enum").items().stream().anyMatch(one -> value.equals(one.text()));
        boolean pattern = !yaml.has("pattern") || Pattern.compile(yaml.text("pattern")).matcher(value).find();
        return choice && pattern && switch (yaml.text("type")) {
            case "integer" -> INTEGER.matcher(value).matches() && within(new BigDecimal(value));
            case "number" -> NUMBER.matcher(value).matches() && within(new BigDecimal(value));
            case "boolean" -> value.equals("true") || value.equals("false");
            default -> true;
        };
    }

    private boolean within(BigDecimal number) {
        return (!yaml.has("minimum") || number.compareTo(new BigDecimal(yaml.text("minimum"))) >= 0)
                && (!yaml.has("maximum") || number.compareTo(new BigDecimal(yaml.text("maximum"))) <= 0);
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
