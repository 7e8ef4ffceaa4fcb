package dev.tollgate.check;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An address that leads to another route, {@code direct:…} or {@code seda:…}, wherever it stands.
 *
 * @param name scheme and path; a part that is known only at run time is {@code *}
 * @param mayFindNobody whether the call says that it may be without a route to call
 */
record Call(String name, Yaml at, boolean mayFindNobody) {

    private static final Pattern DYNAMIC = Pattern.compile("\\$\\{[^}]*}|\\{\\{[^}]*}}");
    private static final Pattern INTERNAL = Pattern.compile("(direct|seda):[^\\s,]+");

    private static final Set<String> PROSE = Set.of("description", "note", "id", "message", "title", "summary");

    /** Everything below that is called. What a {@code from} listens to and what interceptors watch is not. */
    static Stream<Call> of(Yaml yaml) {
        if (yaml.key() != null && yaml.key().startsWith("intercept")) {
            return yaml.isMapping() ? Stream.ofNullable(yaml.get("steps")).flatMap(Call::of) : Stream.empty();
        }
        if (yaml.key() != null && PROSE.contains(yaml.key())) {
            return Stream.empty();
        }
        if (yaml.text() != null) {
            return "from".equals(yaml.key()) ? Stream.empty() : Stream.of(yaml.text().split(",")).map(String::strip)
                    .filter(uri -> INTERNAL.matcher(uri).matches()).map(uri -> new Call(name(uri), yaml, mayFindNobody(uri)));
        }
        Stream<Call> own = yaml.has("uri") && !"from".equals(yaml.key()) ? endpoint(yaml) : Stream.empty();
        return Stream.concat(own, yaml.children().filter(child -> !"uri".equals(child.key())).flatMap(Call::of));
    }

    private static Stream<Call> endpoint(Yaml yaml) {
        return Endpoint.of(yaml).filter(Endpoint::isInternal).stream().map(endpoint -> new Call(endpoint.name(), endpoint.at(),
                endpoint.option("failIfNoConsumers").equals("false")));
    }

    private static boolean mayFindNobody(String uri) {
        return uri.contains("failIfNoConsumers=false");
    }

    /** An address without its options and with no slashes before the path. */
    static String name(String uri) {
        String name = DYNAMIC.matcher(uri).replaceAll("*").replaceFirst(":/+", ":");
        int question = name.indexOf('?');
        return question < 0 ? name : name.substring(0, question);
    }

    boolean isFixed() {
        return !name.contains("*");
    }

    boolean leadsTo(String consumer) {
        if (isFixed()) {
            return name.equals(consumer);
        }
        String pattern = String.join(".*", List.of(name.split("\\*", -1)).stream().map(Pattern::quote).toList());
        return consumer.matches(pattern);
    }
}
