package dev.tollgate.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
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

    private final String file;
    private final List<String> lines;
    private final Consumer<Finding> findings;

    private YamlReader(String file, String text, Consumer<Finding> findings) {
        this.file = file;
        this.lines = text.lines().toList();
        this.findings = findings;
    }

    /** The documents of a file; of one that is no YAML none, but a finding. */
    static List<Yaml> read(String file, String text, Consumer<Finding> findings) {
        YamlReader reader = new YamlReader(file, text, findings);
        List<Yaml> documents = new ArrayList<>();
        try {
            new Compose(LoadSettings.builder().setLabel(file).build()).composeAllFromString(text)
                    .forEach(node -> documents.add(reader.convert(null, node)));
        }
        catch (MarkedYamlEngineException e) {
            int line = line(e.getProblemMark());
            findings.accept(new Finding(file, line,
                    "This is not YAML: %s. Correct the line, or the one before it".formatted(e.getProblem())));
        }
        catch (YamlEngineException e) {
            findings.accept(new Finding(file, 1, "This is not YAML: " + e.getMessage()));
        }
        return documents;
    }

    private Yaml convert(ScalarNode key, Node node) {
        int line = line((key == null ? node : key).getStartMark());
        int last = Math.max(line, line(node.getEndMark()));
        Yaml.Place place = new Yaml.Place(file, line, last, key == null ? null : key.getValue(), lines);
        if (node.isRecursive()) {
            findings.accept(new Finding(file, line, "An alias leads back into itself: write the piece out"));
            return new Yaml(place, "null", Map.of(), List.of(), null);
        }
        if (node instanceof MappingNode mapping) {
            return new Yaml(place, "map", fields(mapping), List.of(), null);
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
                findings.accept(value.finding("\"%s\" stands a second time, first in line %d: keep one of them"
                        .formatted(key.getValue(), first.line())));
            }
        }
        return fields;
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(0) + 1;
    }
}
