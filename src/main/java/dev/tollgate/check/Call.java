package dev.tollgate.check;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A text that leads to another route: {@code direct:…} or {@code seda:…}, wherever it stands.
 *
 * @param name scheme and path; a part that is known only at run time is {@code *}
 */
record Call(String name, Yaml at) {

    private static final Pattern DYNAMIC = Pattern.compile("\\$\\{[^}]*}|\\{\\{[^}]*}}");

    private static final Set<String> PROSE = Set.of("description", "note", "id");

    /** Everything below that is called. What a {@code from} listens to and what interceptors watch is not. */
    static Stream<Call> of(Yaml yaml) {
        if (yaml.key() != null && yaml.key().startsWith("intercept")) {
            return yaml.isMapping() ? Stream.ofNullable(yaml.get("steps")).flatMap(Call::of) : Stream.empty();
        }
        if (yaml.key() != null && PROSE.contains(yaml.key())) {
            return Stream.empty();
        }
        if ("from".equals(yaml.key())) {
            return yaml.children().filter(child -> !"uri".equals(child.key())).flatMap(Call::of);
        }
        if (yaml.text() != null) {
            return Stream.of(yaml.text().split(",")).map(String::strip).filter(Call::isInternal)
                    .map(uri -> new Call(name(uri), yaml));
        }
        return yaml.children().flatMap(Call::of);
    }

    static boolean isInternal(String uri) {
        return uri.startsWith("direct:") || uri.startsWith("seda:");
    }

    /** An address without its options and with no slashes before the path. */
    static String name(String uri) {
        String name = DYNAMIC.matcher(uri).replaceAll("*").replaceFirst(":/+", ":");
        int question = name.indexOf('?');
        return question < 0 ? name : name.substring(0, question);
    }

    boolean leadsTo(String consumer) {
        if (!name.contains("*")) {
            return name.equals(consumer);
        }
        String pattern = String.join(".*", List.of(name.split("\\*", -1)).stream().map(Pattern::quote).toList());
        return consumer.matches(pattern);
    }
}
