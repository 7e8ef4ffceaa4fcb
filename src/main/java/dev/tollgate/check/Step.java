package dev.tollgate.check;

import java.util.List;
import java.util.stream.Stream;

/**
 * One step of a route: an entry of a list called {@code steps}.
 *
 * @param kind its name in the DSL, such as {@code to} or {@code circuitBreaker}
 * @param yaml its options, or the text of its short form
 */
record Step(String kind, Yaml yaml) {

    /** Every step below, however deep. */
    static Stream<Step> of(Yaml yaml) {
        return yaml.all().filter(piece -> "steps".equals(piece.key()))
                .flatMap(steps -> steps.items().stream())
                .flatMap(entry -> entry.fields().entrySet().stream())
                .map(step -> new Step(step.getKey(), step.getValue()));
    }

    /** Where it sends to or asks, if that is its purpose: the piece that holds the address, else an empty stream. */
    Stream<Yaml> address() {
        return switch (kind) {
            case "from", "to", "toD", "wireTap", "poll" -> Stream.of(yaml.text() != null ? yaml : yaml.get("uri"))
                    .filter(uri -> uri != null && uri.text() != null);
            case "enrich", "pollEnrich" -> Stream.concat(Stream.of(yaml), Stream.ofNullable(yaml.get("expression")))
                    .flatMap(holder -> List.of("constant", "simple").stream().flatMap(name -> Stream.ofNullable(holder.get(name))))
                    .map(language -> language.text() != null ? language : language.get("expression"))
                    .filter(text -> text != null && text.text() != null);
            default -> Stream.empty();
        };
    }

    /** Where a parameter of its address is written. */
    Yaml place(String parameter) {
        return yaml.has("parameters", parameter) ? yaml.get("parameters", parameter) : address().findFirst().orElse(yaml);
    }

    /** A parameter of its address, whether it stands below {@code parameters} or behind the question mark. */
    String parameter(String name) {
        return yaml.has("parameters", name) ? yaml.text("parameters", name) : query(name);
    }

    private String query(String name) {
        return address().map(Yaml::text).flatMap(uri -> Stream.of(uri.substring(uri.indexOf('?') + 1).split("&")))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1)).findFirst().orElse("");
    }
}
