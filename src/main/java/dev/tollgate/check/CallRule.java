package dev.tollgate.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Routes that call each other find each other, and none is left over. */
final class CallRule implements Rule {

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        List<Call> calls = parts.stream().flatMap(part -> Call.of(part.yaml())).toList();
        Map<String, Yaml> consumers = new HashMap<>();
        parts.stream().flatMap(CallRule::consumers).forEach(from -> {
            String name = Call.name(from.text());
            Yaml first = consumers.putIfAbsent(name, from);
            if (first != null) {
                findings.accept(from.finding("%s is consumed in %s:%d as well: keep one consumer"
                        .formatted(name, first.place().file(), first.line())));
            }
        });
        calls.stream().filter(call -> consumers.keySet().stream().noneMatch(call::leadsTo))
                .forEach(call -> findings.accept(call.at().finding(
                        "No route consumes %s: correct the name or add the route".formatted(call.name()))));
        consumers.forEach((name, from) -> {
            if (name.startsWith("direct:") && calls.stream().noneMatch(call -> call.leadsTo(name))) {
                findings.accept(from.finding("Nobody calls %s: call it or remove its route".formatted(name)));
            }
        });
        oneVerbEach(parts, findings);
        verbsBesideTheirRoutes(parts, consumers, findings);
    }

    /** A verb takes its route over while its own file is loaded, so a change of one file alone would tear them apart. */
    private static void verbsBesideTheirRoutes(List<Part> parts, Map<String, Yaml> consumers, Consumer<Finding> findings) {
        parts.stream().flatMap(Part::verbs).flatMap(Part::target).forEach(to -> {
            Yaml from = consumers.get(Call.name(to.text()));
            if (from != null && !from.place().file().equals(to.place().file())) {
                findings.accept(to.finding("The route of %s stands in %s:%d: move it into the file of its verb"
                        .formatted(to.text(), from.place().file(), from.line())));
            }
        });
    }

    private static Stream<Yaml> consumers(Part part) {
        return part.yaml().all().filter(piece -> "from".equals(piece.key()))
                .flatMap(from -> Stream.ofNullable(from.text() != null ? from : from.get("uri")))
                .filter(uri -> uri.text() != null && Call.isInternal(uri.text()));
    }

    private static void oneVerbEach(List<Part> parts, Consumer<Finding> findings) {
        Map<String, Yaml> targets = new HashMap<>();
        parts.stream().flatMap(Part::verbs).flatMap(Part::target).forEach(to -> {
            Yaml first = targets.putIfAbsent(Call.name(to.text()), to);
            if (first != null) {
                findings.accept(to.finding("%s belongs to the verb in %s:%d already: give each verb a route of its own"
                        .formatted(to.text(), first.place().file(), first.line())));
            }
        });
    }
}
