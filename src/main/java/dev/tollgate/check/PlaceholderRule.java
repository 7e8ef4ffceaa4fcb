package dev.tollgate.check;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A placeholder names a setting that exists, or says what stands in its place; one of ours with a default is not misspelled.
 *
 * @param nearest the declared setting of nearly that name
 */
record PlaceholderRule(Predicate<String> keys, Function<String, Optional<String>> nearest) implements Rule {

    /** {@code {{key}}}, {@code {{?key}}}, {@code {{key:default}}} and the simple language's {@code ${properties:key}}. */
    private static final Pattern PLACEHOLDER = Pattern.compile("(?:\\{\\{([?!]?)|\\$\\{properties:)\\s*([^{}:]+?)\\s*(:|}|\\{)");

    /** Camel's own functions, {@code {{env:NAME}}}: what they find is known when the routes are loaded. */
    private static final Set<String> FUNCTIONS = Set.of("env", "sys", "bean", "service", "service.name", "service.host",
            "service.port", "base64", "boolean", "configmap", "secret");

    private static final Set<String> PROSE = Set.of("description", "note");

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        for (Part part : parts) {
            boolean template = part.is("kamelet") || part.is("routeTemplate");
            part.yaml().all().filter(piece -> piece.text() != null && !PROSE.contains(String.valueOf(piece.key())))
                    .forEach(piece -> check(piece, template, findings));
        }
    }

    /** In a template a name without a dot is one of its parameters. */
    private void check(Yaml piece, boolean template, Consumer<Finding> findings) {
        Matcher placeholder = PLACEHOLDER.matcher(piece.text());
        while (placeholder.find()) {
            String key = placeholder.group(2).replaceFirst("\\?nested=.*", "");
            boolean computed = placeholder.group(3).equals("{"); // the name goes on with another placeholder
            boolean mayBeNone = "?".equals(placeholder.group(1)) || placeholder.group(3).equals(":");
            boolean function = FUNCTIONS.contains(key) && placeholder.group(3).equals(":");
            boolean parameter = template && key.indexOf('.') < 0;
            if (computed || function || parameter || key.equals("routes") || keys.test(key)) {
                continue;
            }
            if (!mayBeNone) {
                findings.accept(piece.finding(RuleId.UNKNOWN_SETTING, key, ("The setting %s does not exist: correct the name, add it to "
                        + "application.yaml, or write {{%s:…}} with what stands in its place").formatted(key, key)));
            }
            else if (key.startsWith("tollgate.")) {
                nearest.apply(key).ifPresent(near -> findings.accept(piece.finding(RuleId.SUSPECT_SETTING, key,
                        "The setting %s does not exist, so that its default is always taken; there is %s".formatted(key, near))));
            }
        }
    }
}
