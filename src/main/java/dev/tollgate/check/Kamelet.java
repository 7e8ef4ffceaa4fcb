package dev.tollgate.check;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A kamelet as its file declares it.
 *
 * @param yaml the whole file
 */
record Kamelet(Yaml yaml) {

    /** Every kamelet among the parts. */
    static Stream<Kamelet> of(Stream<Part> parts) {
        return parts.filter(part -> part.is("kamelet")).map(part -> new Kamelet(part.yaml()));
    }

    /** The same by name; of two with one name the first, {@link KameletFileRule} reports the other. */
    static Map<String, Kamelet> byName(List<Part> parts) {
        return of(parts.stream()).collect(Collectors.toMap(Kamelet::name, kamelet -> kamelet, (first, second) -> first));
    }

    String name() {
        return yaml.text("metadata", "name");
    }

    Map<String, Yaml> properties() {
        Yaml properties = yaml.get("spec", "definition", "properties");
        return properties == null ? Map.of() : properties.fields();
    }

    /** Names of properties that are called required; one that has a default need not be given all the same. */
    Stream<Yaml> required() {
        Yaml required = yaml.get("spec", "definition", "required");
        return required == null ? Stream.empty() : required.items().stream().filter(item -> item.text() != null);
    }

    /** Whether it is one of Apache's catalog, whose properties Camel holds nobody to. */
    boolean isOfApache() {
        return yaml.text("metadata", "annotations", "camel.apache.org/provider").startsWith("Apache");
    }

    /** Names of the beans that the template makes. */
    Stream<String> beans() {
        return Stream.ofNullable(yaml.get("spec", "template", "beans")).flatMap(beans -> beans.items().stream())
                .map(bean -> bean.text("name"));
    }

    /** Every text of the template. */
    Stream<Yaml> texts() {
        return Stream.ofNullable(yaml.get("spec", "template")).flatMap(Yaml::all).filter(piece -> piece.text() != null);
    }
}
