package dev.tollgate.check;

import java.util.List;
import java.util.stream.Stream;

/**
 * A step, or the beginning of a route, that uses a kamelet.
 *
 * @param name where it is named
 * @param kamelet its name
 */
record KameletUse(Step step, Yaml name, String kamelet) {

    /** Every use whose kamelet is known before run time. */
    static Stream<KameletUse> of(List<Part> parts) {
        return parts.stream().flatMap(part -> Stream.concat(part.steps(), beginnings(part))).flatMap(KameletUse::of)
                .filter(use -> !use.kamelet.contains("{{") && !use.kamelet.contains("${"));
    }

    private static Stream<Step> beginnings(Part part) {
        return part.yaml().all().filter(piece -> "from".equals(piece.key())).map(from -> new Step("from", from));
    }

    private static Stream<KameletUse> of(Step step) {
        return step.kind().equals("kamelet")
                ? Stream.ofNullable(step.yaml().text() != null ? step.yaml() : step.yaml().get("name")).filter(name -> name.text() != null)
                        .map(name -> new KameletUse(step, name, named(name.text())))
                : step.endpoint().filter(endpoint -> endpoint.is("kamelet")).stream()
                        .map(endpoint -> new KameletUse(step, endpoint.at(), named(endpoint.path())));
    }

    private static String named(String path) {
        return path.replaceFirst("^/*", "").replaceFirst("[/?].*", "");
    }

    /** The value of a property: as it is given, else its default; empty without either. */
    String value(Yaml property) {
        String given = step.parameter(property.key());
        return given.isEmpty() ? property.text("default") : unwrapped(given);
    }

    static String unwrapped(String text) {
        return text.startsWith("RAW(") && text.endsWith(")") ? text.substring(4, text.length() - 1) : text;
    }
}
