package dev.tollgate.check;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A placeholder names a setting that exists, even where it has a default: a default hides a misspelled name. */
final class PlaceholderRule implements Rule {

    /** {@code {{key}}}, {@code {{?key}}}, {@code {{key:default}}} and the simple language's {@code ${properties:key}}. */
    private static final Pattern PLACEHOLDER = Pattern.compile("(?:\\{\\{[?!]?|\\$\\{properties:)\\s*([^{}:]+?)\\s*(:|}|\\{)");

    /** Camel's own functions: {@code {{env:NAME}}}. */
    private static final Set<String> FUNCTIONS = Set.of("env", "sys", "bean", "service", "service.name", "service.host",
            "service.port");

    private final Predicate<String> keys;

    PlaceholderRule(Predicate<String> keys) {
        this.keys = keys;
    }

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        for (Part part : parts) {
            boolean template = part.is("kamelet") || part.is("routeTemplate");
            part.yaml().all().filter(piece -> piece.text() != null).forEach(piece -> check(piece, template, findings));
        }
    }

    /** In a template a name without a dot is one of its parameters. */
    private void check(Yaml piece, boolean template, Consumer<Finding> findings) {
        Matcher placeholder = PLACEHOLDER.matcher(piece.text());
        while (placeholder.find()) {
            String key = placeholder.group(1);
            boolean computed = placeholder.group(2).equals("{"); // the name goes on with another placeholder
            boolean function = FUNCTIONS.contains(key) && placeholder.group(2).equals(":");
            boolean parameter = template && key.indexOf('.') < 0;
            if (!computed && !function && !parameter && !key.equals("routes") && !keys.test(key)) {
                findings.accept(piece.finding(key, "The setting %s does not exist: correct the name or add it to application.yaml"
                        .formatted(key)));
            }
        }
    }
}
