package dev.tollgate.check;

import java.util.List;
import java.util.stream.Stream;

/**
 * A step that uses a kamelet.
 *
 * @param name where the step names it
 */
record KameletUse(Step step, Yaml name) {

    /** Every use whose kamelet is known before run time. */
    static Stream<KameletUse> of(List<Part> parts) {
        return parts.stream().flatMap(Part::steps).flatMap(step -> name(step).map(name -> new KameletUse(step, name)));
    }

    private static Stream<Yaml> name(Step step) {
        Stream<Yaml> name = step.kind().equals("kamelet")
                ? Stream.ofNullable(step.yaml().text() != null ? step.yaml() : step.yaml().get("name"))
                : step.address().filter(uri -> uri.text().startsWith("kamelet:"));
        return name.filter(text -> text.text() != null && !text.text().contains("{{"));
    }

    /** The name of the kamelet. */
    String kamelet() {
        return name.text().replaceFirst("^kamelet:/*", "").replaceFirst("[/?].*", "");
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
