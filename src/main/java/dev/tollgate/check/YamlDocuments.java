package dev.tollgate.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The documents of a YAML file as nodes, read once for the check and for Camel's loader: so what is checked is what is
 * loaded. Camel's own loader takes one document and no merge keys; here there may be several, and {@code <<} is replaced by
 * what it merges.
 */
public final class YamlDocuments {

    /** Silences rules beside a step; Camel never sees it. */
    static final String ALLOW = "x-tollgate-allow";

    private static final String MERGE = "<<";

    private YamlDocuments() {
    }

    /**
     * The roots of the documents; none for a file of nothing but comments.
     *
     * @param label what errors call the file
     * @throws org.snakeyaml.engine.v2.exceptions.YamlEngineException if the text is no YAML
     */
    public static List<Node> compose(String label, String text) {
        List<Node> roots = new ArrayList<>();
        Map<Node, Node> merged = new IdentityHashMap<>();
        new Compose(LoadSettings.builder().setLabel(label).build()).composeAllFromString(text)
                .forEach(root -> roots.add(merge(root, merged)));
        return roots;
    }

    /** The same without what is ours alone. */
    public static Node forCamel(Node node) {
        return map(node instanceof MappingNode mapping
                ? copy(mapping, mapping.getValue().stream().filter(tuple -> !ALLOW.equals(key(tuple))).toList()) : node, YamlDocuments::forCamel);
    }

    /** A copy with something else in the place of each child; of a scalar itself. */
    static Node map(Node node, UnaryOperator<Node> child) {
        return node instanceof MappingNode mapping ? copy(mapping, mapping.getValue().stream()
                        .map(tuple -> new NodeTuple(tuple.getKeyNode(), child.apply(tuple.getValueNode()))).toList())
                : node instanceof SequenceNode list ? copy(list, list.getValue().stream().map(child).toList()) : node;
    }

    /** A document that holds all entries of several that are lists. */
    public static Node joined(List<Node> lists) {
        List<Node> entries = lists.stream().flatMap(list -> ((SequenceNode) list).getValue().stream()).toList();
        return lists.size() == 1 ? lists.get(0) : copy((SequenceNode) lists.get(0), entries);
    }

    private static Node merge(Node node, Map<Node, Node> done) {
        if (node.isRecursive() || node instanceof ScalarNode) {
            return node;
        }
        Node known = done.get(node);
        if (known == null) {
            known = node instanceof MappingNode mapping ? copy(mapping, tuples(mapping, done))
                    : node instanceof SequenceNode list ? copy(list, list.getValue().stream().map(item -> merge(item, done)).toList())
                    : node;
            done.put(node, known);
        }
        return known;
    }

    /** What stands in the mapping itself goes before what is merged, of that the first goes before the later. */
    private static List<NodeTuple> tuples(MappingNode mapping, Map<Node, Node> done) {
        List<NodeTuple> own = new ArrayList<>();
        Map<String, NodeTuple> more = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Node value = merge(tuple.getValueNode(), done);
            List<Node> sources = value instanceof SequenceNode list ? list.getValue() : List.of(value);
            if (MERGE.equals(key(tuple)) && sources.stream().allMatch(MappingNode.class::isInstance)) {
                sources.forEach(source -> ((MappingNode) source).getValue().forEach(one -> more.putIfAbsent(key(one), one)));
            }
            else {
                own.add(new NodeTuple(tuple.getKeyNode(), value));
                names.add(key(tuple));
            }
        }
        more.forEach((name, tuple) -> {
            if (!names.contains(name)) {
                own.add(tuple);
            }
        });
        return own;
    }

    static String key(NodeTuple tuple) {
        return tuple.getKeyNode() instanceof ScalarNode key ? key.getValue() : null;
    }

    private static Node copy(MappingNode mapping, List<NodeTuple> tuples) {
        return new MappingNode(mapping.getTag(), true, new ArrayList<>(tuples), mapping.getFlowStyle(), mapping.getStartMark(),
                mapping.getEndMark());
    }

    private static Node copy(SequenceNode list, List<Node> items) {
        return new SequenceNode(list.getTag(), true, new ArrayList<>(items), list.getFlowStyle(), list.getStartMark(),
                list.getEndMark());
    }
}
