package dev.tollgate.gateway;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * The parameters of a query string, or of a form in a body, in one reading for all who ask: parameters decide who pays, so
 * what one part of the gateway takes for a key must be a key for the others, too. Names and values are decoded, a plus sign
 * is a blank, and an escape that is none leaves its text as it stands. Of several parameters with one name the first counts.
 *
 * @param parameters as they were written, empty ones between two {@code &} included
 */
public record QueryString(List<Parameter> parameters) {

    /**
     * One parameter.
     *
     * @param raw   as it was written
     * @param name  decoded
     * @param value decoded; empty for a parameter without {@code =}
     */
    public record Parameter(String raw, String name, String value) {

        static Parameter of(String raw) {
            int equals = raw.indexOf('=');
            return new Parameter(raw, decoded(equals < 0 ? raw : raw.substring(0, equals)), equals < 0 ? "" : decoded(raw.substring(equals + 1)));
        }

        /** Whether it is written with {@code =}, if with nothing behind it. */
        public boolean hasValue() {
            return raw.indexOf('=') >= 0;
        }

        /** Its name as it was written, up to and with the {@code =}. */
        public String withoutValue() {
            return hasValue() ? raw.substring(0, raw.indexOf('=') + 1) : raw;
        }
    }

    public QueryString {
        parameters = List.copyOf(parameters);
    }

    /** @param raw as it stands behind the question mark; null or empty for none */
    public static QueryString of(String raw) {
        if (raw == null || raw.isEmpty()) {
            return new QueryString(List.of());
        }
        List<Parameter> parameters = new ArrayList<>();
        for (int from = 0; from <= raw.length();) {
            int and = raw.indexOf('&', from);
            int to = and < 0 ? raw.length() : and;
            parameters.add(Parameter.of(raw.substring(from, to)));
            from = to + 1;
        }
        return new QueryString(parameters);
    }

    /** Those that have a name, as a map; of several with one name the first. */
    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            if (!parameter.name().isEmpty()) {
                map.putIfAbsent(parameter.name(), parameter.value());
            }
        }
        return map;
    }

    /** The first value of that name that is more than blanks. */
    public Optional<String> value(String name) {
        for (Parameter parameter : parameters) {
            if (parameter.name().equals(name) && !parameter.value().isBlank()) {
                return Optional.of(parameter.value());
            }
        }
        return Optional.empty();
    }

    /** The text with some parameters replaced, those without a replacement left out; what stays keeps every byte. */
    public String rewritten(Function<Parameter, String> replacement) {
        StringJoiner text = new StringJoiner("&");
        for (Parameter parameter : parameters) {
            String part = replacement.apply(parameter);
            if (part != null) {
                text.add(part);
            }
        }
        return text.toString();
    }

    private static String decoded(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        }
        catch (IllegalArgumentException noEscape) {
            return text;
        }
    }
}
