package dev.tollgate.gateway;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

import dev.tollgate.cluster.Cluster;
import dev.tollgate.cluster.ClusterProperties;

/** {@code GET /status}: every policy's numbers in one snapshot. */
@Component("statusBoard")
public class StatusBoard {

    private final List<StatusSection> sections;
    private final String node;

    StatusBoard(List<StatusSection> sections, ObjectProvider<Cluster> cluster) {
        this.sections = sections;
        Cluster nodes = cluster.getIfAvailable();
        this.node = nodes == null ? ClusterProperties.hostName() : nodes.id();
    }

    /** All sections by name as the caller may see them, and the node that answers. */
    public Map<String, Object> snapshot(Exchange exchange) {
        return snapshotFor(KeyHolder.of(exchange));
    }

    Map<String, Object> snapshotFor(KeyHolder reader) {
        Map<String, Object> snapshot = new LinkedHashMap<>();
        sections.forEach(section -> snapshot.put(section.name(), section.snapshotFor(reader)));
        snapshot.put("node", node);
        return snapshot;
    }
}
