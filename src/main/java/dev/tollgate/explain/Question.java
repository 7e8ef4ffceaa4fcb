package dev.tollgate.explain;

import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tollgate.gateway.Refusal;

/**
 * What was asked.
 *
 * @param parameters of the query, by name
 * @param rows what the route read for this policy beforehand; null where there was nothing to read
 */
public record Question(Map<String, String> parameters, @Nullable Object rows) {

    /** A parameter's text without white space around it; empty when it is missing or blank. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(parameters.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** @throws Refusal 400 when it is missing */
    public String required(String name, String example) {
        return text(name).orElseThrow(() -> Refusal.of(400, "Please provide %s, as in %s=%s.".formatted(name, name, example)));
    }

    /** @throws Refusal 400 when it is there and no whole number within the bounds */
    public Optional<Long> number(String name, long least, long most) {
        return text(name).map(text -> {
            long number = text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
            if (number < least || number > most) {
                throw Refusal.of(400, "%s must be a whole number from %d to %d.".formatted(name, least, most));
            }
            return number;
        });
    }
}
