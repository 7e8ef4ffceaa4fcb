package dev.tollgate.check;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads a file with the parser that Camel loads routes with, and keeps the lines that Camel forgets. */
final class YamlReader {

    /** Camel's own loader goes down step by step as well. */
    private static final int DEEPEST = 200;

    /** Pieces of one file, aliases written out: a few lines of them can stand for billions. */
    private static final int MOST_PIECES = 200_000;

    private final String file;
    private final List<String> lines;
    private final Consumer<Finding> findings;
    private final Consumer<Allowed> allowed;
    private int depth;
    private int pieces;

    private YamlReader(String file, String text, Consumer<Finding> findings, Consumer<Allowed> allowed) {
        this.file = file;
        this.lines = text.lines().toList();
        this.findings = findings;
        this.allowed = allowed;
    }

    /** The documents of a file; of one that is no YAML none, but a finding. */
    static List<Yaml> read(String file, String text, Consumer<Finding> findings) {
        return read(file, text, findings, allow -> { });
    }

    /** The same; what is silenced in the file is told as well and is no part of the documents. */
    static List<Yaml> read(String file, String text, Consumer<Finding> findings, Consumer<Allowed> allowed) {
        YamlReader reader = new YamlReader(file, text, findings, allowed);
        try {
            return YamlDocuments.compose(file, text).stream().map(node -> reader.convert(null, node)).toList();
        }
        catch (MarkedYamlEngineException e) {
            int line = line(e.getProblemMark());
            findings.accept(new Finding(file, line, RuleId.NOT_YAML,
                    "This is not YAML: %s. Correct the line, or the one before it".formatted(e.getProblem())));
        }
        catch (YamlEngineException e) {
            findings.accept(new Finding(file, 1, RuleId.NOT_YAML, "This is not YAML: " + e.getMessage()));
        }
        catch (StackOverflowError e) {
            findings.accept(new Finding(file, 1, RuleId.NOT_YAML,
                    "This file is nested deeper than %d levels: write it flatter".formatted(DEEPEST)));
        }
        return List.of();
    }

    private Yaml convert(ScalarNode key, Node node) {
        if (depth >= DEEPEST || ++pieces > MOST_PIECES) {
            throw new MarkedYamlEngineException(null, Optional.empty(), depth >= DEEPEST
                    ? "it is nested deeper than %d levels".formatted(DEEPEST)
                    : "it has more than %d pieces, aliases written out".formatted(MOST_PIECES), (key == null ? node : key).getStartMark()) { };
        }
        depth++;
        try {
            return piece(key, node);
        }
        finally {
            depth--;
        }
    }

    private Yaml piece(ScalarNode key, Node node) {
        int line = line((key == null ? node : key).getStartMark());
        int last = Math.max(line, line(node.getEndMark()));
        Yaml.Place place = new Yaml.Place(file, line, last, key == null ? null : key.getValue(), lines);
        if (node.isRecursive()) {
            findings.accept(new Finding(file, line, RuleId.NOT_YAML, "An alias leads back into itself: write the piece out"));
            return new Yaml(place, "null", Map.of(), List.of(), null);
        }
        if (node instanceof MappingNode mapping) {
            Map<String, Yaml> fields = fields(mapping);
            Yaml allow = fields.remove(YamlDocuments.ALLOW);
            Yaml yaml = new Yaml(place, "map", fields, List.of(), null);
            if (allow != null) {
                allowed.accept(Allowed.of(allow, yaml));
            }
            return yaml;
        }
        if (node instanceof SequenceNode list) {
            List<Yaml> items = list.getValue().stream().map(item -> convert(null, item)).toList();
            return new Yaml(place, "seq", Map.of(), items, null);
        }
        String tag = node.getTag().getValue();
        String type = tag.substring(tag.lastIndexOf(':') + 1);
        return new Yaml(place, type, Map.of(), List.of(), ((ScalarNode) node).getValue());
    }

    private Map<String, Yaml> fields(MappingNode mapping) {
        Map<String, Yaml> fields = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                continue; // a list as a key: the schema refuses what is left
            }
            Yaml value = convert(key, tuple.getValueNode());
            Yaml first = fields.putIfAbsent(key.getValue(), value);
            if (first != null) {
                findings.accept(value.finding(RuleId.UNKNOWN_OPTION, "\"%s\" stands a second time, first in line %d: keep one of them"
                        .formatted(key.getValue(), first.line())));
            }
        }
        return fields;
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(0) + 1;
    }
}
