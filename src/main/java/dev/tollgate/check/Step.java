package dev.tollgate.check;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One step of a route: an entry of a list called {@code steps}.
 *
 * @param kind its name in the DSL, such as {@code to} or {@code circuitBreaker}
 * @param yaml its options, or the text of its short form
 */
record Step(String kind, Yaml yaml) {

    private static final Set<String> SENDS = Set.of("from", "to", "toD", "wireTap", "poll");

    /** Their expression says where to, or whom to ask. */
    private static final Set<String> COMPUTES = Set.of("enrich", "pollEnrich", "recipientList", "routingSlip", "dynamicRouter");

    /** Every step below, however deep. */
    static Stream<Step> of(Yaml yaml) {
        return yaml.all().filter(piece -> "steps".equals(piece.key()))
                .flatMap(steps -> steps.items().stream())
                .flatMap(entry -> entry.fields().entrySet().stream())
                .map(step -> new Step(step.getKey(), step.getValue()));
    }

    /** Where it sends to or asks, if that is its purpose and is written as an address. */
    Optional<Endpoint> endpoint() {
        if (SENDS.contains(kind)) {
            return Endpoint.of(yaml);
        }
        return COMPUTES.contains(kind) ? expression().filter(found -> isText(found.key())).map(Step::textOf)
                .filter(text -> text.text() != null).flatMap(Endpoint::of) : Optional.empty();
    }

    /** Whether its address may be put together for each message. */
    boolean isComputed() {
        return COMPUTES.contains(kind) || kind.equals("toD") || kind.equals("wireTap") && !yaml.text("dynamicUri").equals("false");
    }

    /** The language of its expression, as the key of what is written in it. */
    Optional<Yaml> expression() {
        return Stream.concat(Stream.ofNullable(yaml.get("expression")), Stream.of(yaml))
                .flatMap(holder -> holder.children()).filter(Languages::is).findFirst();
    }

    /** The text of an expression, in its short form or the long one. */
    static Yaml textOf(Yaml language) {
        return language.text() != null || !language.has("expression") ? language : language.get("expression");
    }

    private static boolean isText(String language) {
        return language.equals("constant") || language.equals("simple");
    }

    /** Where a parameter of its address is written. */
    Yaml place(String parameter) {
        return yaml.has("parameters", parameter) ? yaml.get("parameters", parameter)
                : endpoint().map(endpoint -> endpoint.place(parameter)).orElse(yaml);
    }

    /** A parameter of its address, whether it stands below {@code parameters} or behind the question mark. */
    String parameter(String name) {
        return yaml.has("parameters", name) ? yaml.text("parameters", name)
                : endpoint().map(endpoint -> endpoint.option(name)).orElse("");
    }
}
