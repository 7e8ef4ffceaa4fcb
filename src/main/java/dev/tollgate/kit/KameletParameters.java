package dev.tollgate.kit;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.camel.CamelContext;
import org.springframework.boot.convert.DurationStyle;

/**
 * Reads the properties of a kamelet when its routes are loaded. Each refusal is an {@link IllegalArgumentException} that
 * names the property, what was given and what to write instead.
 */
record KameletParameters(Map<String, Object> properties) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    /** The text as it stands, without blanks around it; empty for a property that was left out. */
    String text(String property) {
        Object value = properties.get(property);
        return value == null ? "" : value.toString().strip();
    }

    /** A name in kebab-case, because it becomes the name of a file as well. */
    String name() {
        return require(NAME.matcher(text("name")).matches(), "name", "small letters, digits and hyphens, such as weather",
                text("name"));
    }

    /** Whether a number was left out, or 0 stands for it. */
    boolean isZeroOrEmpty(String property) {
        return text(property).matches("0*");
    }

    /** A duration that may be 0. */
    Duration durationOrZero(String property) {
        return text(property).matches("0+(ms|s|m|h|d)?") ? Duration.ZERO : duration(property);
    }

    /** A bean of the gateway, as {@code #bean:name}; null for a property that was left out. */
    <T> T bean(String property, Class<T> type, CamelContext context) {
        Object value = properties.get(property);
        if (value == null || text(property).isEmpty()) {
            return null;
        }
        Object bean = value instanceof String text ? context.getRegistry().lookupByName(text.replaceFirst("^#(bean:)?", "")) : value;
        return require(type.isInstance(bean), property, "#bean: and the name of a " + type.getSimpleName(),
                type.isInstance(bean) ? type.cast(bean) : null);
    }

    /** Whether it names a bean, rather than a text of its own. */
    boolean isBean(String property) {
        Object value = properties.get(property);
        return value != null && (!(value instanceof String) || text(property).startsWith("#"));
    }

    /** A positive duration. */
    Duration duration(String property) {
        String remedy = "a time above 0, such as 250ms, 30s, 1m or 12h";
        try {
            Duration duration = DurationStyle.SIMPLE.parse(text(property));
            return require(duration.toMillis() > 0, property, remedy, duration);
        } catch (IllegalArgumentException e) {
            throw wrong(property, remedy);
        }
    }

    long whole(String property, long least, long most) {
        String remedy = "a whole number from " + least + " to " + most;
        try {
            long number = Long.parseLong(text(property));
            return require(number >= least && number <= most, property, remedy, number);
        } catch (NumberFormatException e) {
            throw wrong(property, remedy);
        }
    }

    String oneOf(String property, String... choices) {
        return require(List.of(choices).contains(text(property)), property, String.join(" or ", choices), text(property));
    }

    ZoneId zone(String property) {
        try {
            return ZoneId.of(text(property));
        } catch (DateTimeException e) {
            throw wrong(property, "a time zone such as UTC or America/Los_Angeles");
        }
    }

    /** Parts between commas. */
    Set<String> list(String property) {
        return Stream.of(text(property).split(",")).map(String::strip).filter(part -> !part.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    <T> T require(boolean right, String property, String remedy, T value) {
        if (!right) {
            throw wrong(property, remedy);
        }
        return value;
    }

    IllegalArgumentException wrong(String property, String remedy) {
        return new IllegalArgumentException("The property %s cannot be \"%s\": write %s"
                .formatted(property, text(property), remedy));
    }
}
