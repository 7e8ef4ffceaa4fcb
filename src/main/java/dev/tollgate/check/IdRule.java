package dev.tollgate.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Of two routes with one id Camel keeps the later and says nothing. */
final class IdRule implements Rule {

    /** Below these an {@code id} is somebody else's. */
    private static final Set<String> FOREIGN = Set.of("parameters", "properties", "constructors");

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        Map<String, Yaml> routes = new HashMap<>();
        Map<String, Yaml> configurations = new HashMap<>();
        Map<String, Yaml> steps = new HashMap<>();
        for (Part part : parts) {
            Map<String, Yaml> own = part.is("routeConfiguration") ? configurations : routes;
            outer(part).forEach(id -> checkUnique(id, own, findings));
            inner(part).forEach(id -> checkUnique(id, steps, findings));
        }
    }

    /** Ids of the part itself and of a rest's verbs. */
    static Stream<Yaml> outer(Part part) {
        return Stream.concat(Stream.of(part.yaml()), part.verbs())
                .flatMap(yaml -> Stream.of("id", "routeId").map(yaml::get))
                .filter(id -> id != null && id.text() != null);
    }

    /** Ids of the steps. */
    static Stream<Yaml> inner(Part part) {
        List<Yaml> outer = outer(part).toList();
        return part.yaml().children().flatMap(IdRule::ids).filter(id -> outer.stream().noneMatch(own -> own == id));
    }

    private static Stream<Yaml> ids(Yaml yaml) {
        if (yaml.key() != null && FOREIGN.contains(yaml.key())) {
            return Stream.empty();
        }
        boolean id = "id".equals(yaml.key()) && yaml.text() != null;
        return id ? Stream.of(yaml) : yaml.children().flatMap(IdRule::ids);
    }

    private static void checkUnique(Yaml id, Map<String, Yaml> known, Consumer<Finding> findings) {
        Yaml first = known.putIfAbsent(id.text(), id);
        if (first != null) {
            findings.accept(id.finding(RuleId.DUPLICATE_ID, "The id %s is taken by %s:%d: choose another one"
                    .formatted(id.text(), first.place().file(), first.line())));
        }
    }
}
