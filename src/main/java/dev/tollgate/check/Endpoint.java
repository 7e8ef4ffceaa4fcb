package dev.tollgate.check;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An endpoint as every rule reads it, whether it is written as {@code direct:x?block=true}, as {@code direct} with
 * {@code parameters}, or partly so.
 *
 * @param at where its address is written
 * @param scheme the component; what stands there where the address is a placeholder as a whole
 * @param path what stands behind the scheme, without slashes before it and without the query
 * @param options by name, those that became the path among them
 * @param query what stands behind the question mark, by name
 */
record Endpoint(Yaml at, String scheme, String path, Map<String, Yaml> options, Map<String, String> query) {

    private static final Pattern NAME = Pattern.compile("\\w+");
    private static final Pattern PLAIN = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*");

    /** What a text, or a mapping with {@code uri} and perhaps {@code parameters}, says; empty where it is neither. */
    static Optional<Endpoint> of(Yaml yaml) {
        Yaml at = yaml.text() != null ? yaml : yaml.get("uri");
        if (at == null || at.text() == null) {
            return Optional.empty();
        }
        Yaml parameters = yaml.get("parameters");
        return Optional.of(read(at, at.text().strip(), parameters == null ? Map.of() : parameters.fields()));
    }

    private static Endpoint read(Yaml at, String uri, Map<String, Yaml> options) {
        int question = uri.indexOf('?');
        String address = question < 0 ? uri : uri.substring(0, question);
        Map<String, String> query = question < 0 ? Map.of() : pairs(uri.substring(question + 1));
        int colon = address.startsWith("{{") || address.startsWith("${") ? -1 : address.indexOf(':');
        String scheme = colon < 0 ? address : address.substring(0, colon);
        String path = colon >= 0 ? address.substring(colon + 1)
                : PLAIN.matcher(scheme).matches() && !options.isEmpty() ? path(scheme, options) : "";
        return new Endpoint(at, scheme, path.replaceFirst("^//(?!/)", ""), options, query);
    }

    private static Map<String, String> pairs(String query) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                pairs.putIfAbsent(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return pairs;
    }

    /** The component's own syntax says which of its options make the path, and how. */
    private static String path(String scheme, Map<String, Yaml> options) {
        Matcher name = NAME.matcher(Components.syntax(scheme));
        StringBuilder path = new StringBuilder();
        while (name.find()) {
            Yaml value = options.get(name.group());
            name.appendReplacement(path, Matcher.quoteReplacement(value == null || value.text() == null ? "" : value.text()));
        }
        return name.appendTail(path).toString().replaceFirst("[/:#]+$", "");
    }

    boolean is(String wanted) {
        return scheme.equals(wanted);
    }

    /** An option, wherever it is written; empty where it is not. */
    String option(String name) {
        Yaml value = options.get(name);
        return value == null ? query.getOrDefault(name, "") : value.text() == null ? "" : value.text();
    }

    /** Where an option is written. */
    Yaml place(String option) {
        return options.getOrDefault(option, at);
    }

    /** Whether it leads to another route of this gateway. */
    boolean isInternal() {
        return is("direct") || is("seda");
    }

    /** Scheme and path, as {@link Call#name} writes them. */
    String name() {
        return Call.name(scheme + ":" + path);
    }
}
