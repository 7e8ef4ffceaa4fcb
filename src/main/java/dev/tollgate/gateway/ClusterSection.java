package dev.tollgate.gateway;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

import dev.tollgate.cluster.Cluster;
import dev.tollgate.cluster.Kind;
import dev.tollgate.cluster.Node;

/** The nodes in {@code /status}, what they share, and what is each one's own. */
@Component
record ClusterSection(ObjectProvider<Cluster> cluster) implements StatusSection {

    @Override
    public String name() {
        return "cluster";
    }

    @Override
    public Map<String, Object> snapshot() {
        Map<String, Object> section = new LinkedHashMap<>();
        Cluster nodes = cluster.getIfAvailable();
        section.put("enabled", nodes != null);
        section.put("nodes", nodes == null ? List.of() : nodes.nodes().stream().map(ClusterSection::shown).toList());
        if (nodes != null) {
            section.put("mayWork", nodes.mayWork());
            section.put("databaseAway", nodes.database().isAway());
            section.put("clockErrorMillis", nodes.clockError().toMillis());
            section.put("whenAway", Map.of("quota", nodes.whenAway().quota().name().toLowerCase(), "pacing",
                    nodes.whenAway().pacing().name().toLowerCase(), "budget", nodes.whenAway().budget().name().toLowerCase()));
            section.put("shared", Stream.of(Kind.values()).filter(Kind::isShared).map(Kind::word).toList());
            Map<String, String> own = new LinkedHashMap<>();
            Stream.of(Kind.values()).filter(kind -> !kind.isShared()).forEach(kind -> own.put(kind.word(), kind.otherwise()));
            section.put("own", own);
            section.put("warning", nodes.trouble().orElse(null));
        }
        return section;
    }

    private static Map<String, Object> shown(Node node) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", node.id());
        row.put("state", node.state().name().toLowerCase());
        row.put("epoch", node.epoch());
        row.put("startedAt", node.startedAt().toString());
        row.put("seenAt", node.seenAt().toString());
        row.put("version", node.version());
        return row;
    }
}
