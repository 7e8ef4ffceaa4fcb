package dev.tollgate.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Routes that call each other find each other, and none is left over. */
final class CallRule implements Rule {

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        List<Call> calls = parts.stream().flatMap(part -> Call.of(part.yaml())).toList();
        Map<String, Yaml> consumers = new HashMap<>();
        parts.stream().filter(part -> !part.route().yaml().has("precondition")).flatMap(CallRule::consumers).forEach(from -> {
            Yaml first = consumers.putIfAbsent(from.name(), from.at());
            if (first != null && from.is("direct")) {
                findings.accept(from.at().finding(RuleId.TWO_CONSUMERS, "%s is consumed in %s:%d as well: keep one consumer"
                        .formatted(from.name(), first.place().file(), first.line())));
            }
        });
        Set<String> all = parts.stream().flatMap(CallRule::consumers).map(Endpoint::name).collect(Collectors.toSet());
        Set<String> contracts = parts.stream().anyMatch(part -> part.is("rest") && part.yaml().has("openApi"))
                ? all : Set.of(); // operations of a contract call the routes that are named after them
        calls.stream().filter(call -> call.isFixed() && !call.mayFindNobody())
                .filter(call -> all.stream().noneMatch(consumer -> call.leadsTo(consumer) || isOpen(consumer)))
                .forEach(call -> findings.accept(call.at().finding(call.name().startsWith("seda:") ? RuleId.NO_ROUTE_YET : RuleId.NO_CONSUMER,
                        "No route consumes %s: correct the name or add the route".formatted(call.name()))));
        consumers.forEach((name, from) -> {
            if (name.startsWith("direct:") && !contracts.contains(name) && calls.stream().noneMatch(call -> call.leadsTo(name))) {
                findings.accept(from.finding(RuleId.NOBODY_CALLS, "Nobody calls %s: call it or remove its route".formatted(name)));
            }
        });
        oneVerbEach(parts, findings);
    }

    /** A route that begins with a placeholder may be any. */
    private static boolean isOpen(String consumer) {
        return consumer.contains("*");
    }

    private static Stream<Endpoint> consumers(Part part) {
        Stream<Yaml> below = part.yaml().all().filter(piece -> "from".equals(piece.key()));
        return below.flatMap(from -> Endpoint.of(from).stream()).filter(Endpoint::isInternal);
    }

    private static void oneVerbEach(List<Part> parts, Consumer<Finding> findings) {
        Map<String, Yaml> targets = new HashMap<>();
        parts.stream().flatMap(Part::verbs).flatMap(Part::target).filter(Endpoint::isInternal).forEach(to -> {
            Yaml first = targets.putIfAbsent(to.name(), to.at());
            if (first != null) {
                findings.accept(to.at().finding(RuleId.SHARED_VERB, ("%s belongs to the verb in %s:%d already, so that its route alone "
                        + "answers the errors of both: give each verb a route of its own").formatted(to.name(), first.place().file(), first.line())));
            }
        });
    }
}
