package dev.tollgate.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * What Camel's loader is given of a file: all its lists of routes as one, or a kamelet or pipe.
 *
 * @param file the file
 * @param isKamelet whether it is a kamelet
 * @param root without what is ours alone
 */
public record RouteDocument(RouteFile file, boolean isKamelet, Node root) {

    private static final Set<String> VERBS = Set.of("get", "post", "put", "delete", "patch", "head");

    /** The documents of files that were checked, kamelets first: a route that names one must find it loaded. */
    public static List<RouteDocument> of(List<RouteFile> files) {
        List<RouteDocument> kamelets = new ArrayList<>();
        List<RouteDocument> others = new ArrayList<>();
        for (RouteFile file : files) {
            List<Node> lists = new ArrayList<>();
            for (Node root : YamlDocuments.compose(file.name(), file.text())) {
                if (root instanceof SequenceNode list) {
                    lists.add(YamlDocuments.forCamel(list));
                }
                else if (text(root, "kind").equals("Kamelet")) {
                    kamelets.add(new RouteDocument(file, true, YamlDocuments.forCamel(root)));
                }
                else if (text(root, "kind").equals("Pipe")) {
                    others.add(new RouteDocument(file, false, YamlDocuments.forCamel(root)));
                }
            }
            if (!lists.isEmpty()) {
                others.add(new RouteDocument(file, false, YamlDocuments.joined(lists)));
            }
        }
        return Stream.concat(kamelets.stream(), withVerbsApart(others).stream()).toList();
    }

    /**
     * Camel makes one route of a verb and the {@code direct:} route that it leads to, while it loads the file of the verb:
     * so it refuses two verbs of one route, and loses a route of another file. Such a verb is given an address that leads
     * to the same route and is spelled otherwise, and stays a route of its own.
     */
    private static List<RouteDocument> withVerbsApart(List<RouteDocument> documents) {
        Map<String, RouteFile> routes = new HashMap<>();
        documents.forEach(document -> entries(document, "route", "from").forEach(entry -> direct(entry instanceof MappingNode
                && field(entry, "from").isPresent() ? field(entry, "from").get() : entry).ifPresent(name -> routes.put(name, document.file))));
        Map<String, Integer> verbs = new HashMap<>();
        documents.forEach(document -> targets(document).forEach(to -> direct(to).ifPresent(name -> verbs.merge(name, 1, Integer::sum))));
        int[] apart = {0};
        return documents.stream().map(document -> new RouteDocument(document.file, document.isKamelet, replaced(document.root, document, to ->
                direct(to).filter(name -> verbs.get(name) > 1 || routes.containsKey(name) && routes.get(name) != document.file)
                        .map(name -> "direct:" + name + "?timeout=" + (30_000 + ++apart[0]))))).toList();
    }

    private static Stream<Node> entries(RouteDocument document, String... kinds) {
        return document.root instanceof SequenceNode list ? list.getValue().stream().filter(MappingNode.class::isInstance)
                .flatMap(entry -> Stream.of(kinds).flatMap(kind -> field(entry, kind).stream())) : Stream.empty();
    }

    private static Stream<Node> targets(RouteDocument document) {
        return entries(document, "rest").flatMap(rest -> VERBS.stream().flatMap(verb -> field(rest, verb).stream()))
                .filter(SequenceNode.class::isInstance).flatMap(verbs -> ((SequenceNode) verbs).getValue().stream())
                .flatMap(verb -> field(verb, "to").stream());
    }

    /** The same tree with other texts where targets of verbs stand. */
    private static Node replaced(Node root, RouteDocument document, Function<Node, Optional<String>> other) {
        Map<Node, String> texts = new IdentityHashMap<>();
        targets(document).forEach(to -> other.apply(to).ifPresent(text -> texts.put(to, text)));
        return texts.isEmpty() ? root : replaced(root, texts);
    }

    private static Node replaced(Node node, Map<Node, String> texts) {
        if (texts.containsKey(node)) {
            return new ScalarNode(Tag.STR, true, texts.get(node), ScalarStyle.PLAIN, node.getStartMark(), node.getEndMark());
        }
        return YamlDocuments.map(node, child -> replaced(child, texts));
    }

    /** The name of a {@code direct:} endpoint without an option; empty for all else. */
    private static Optional<String> direct(Node endpoint) {
        String uri = endpoint instanceof ScalarNode scalar ? scalar.getValue() : text(endpoint, "uri");
        String name = uri.equals("direct") ? field(endpoint, "parameters").map(parameters -> text(parameters, "name")).orElse("")
                : uri.startsWith("direct:") ? uri.substring("direct:".length()).replaceFirst("^/+", "") : "";
        return name.isEmpty() || name.contains("?") ? Optional.empty() : Optional.of(name);
    }

    private static String text(Node mapping, String name) {
        return field(mapping, name).map(value -> value instanceof ScalarNode scalar ? scalar.getValue() : "").orElse("");
    }

    private static Optional<Node> field(Node mapping, String name) {
        return mapping instanceof MappingNode fields ? fields.getValue().stream().filter(tuple -> name.equals(YamlDocuments.key(tuple)))
                .findFirst().map(NodeTuple::getValueNode) : Optional.empty();
    }
}
