package dev.tollgate.gateway;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;


import org.apache.camel.Exchange;

import org.springframework.stereotype.Component;

/** {@code GET /status}: every policy's numbers in one snapshot. */
@Component("statusBoard")
public class StatusBoard {

    private final List<StatusSection> sections;
    private final String node;

    StatusBoard(List<StatusSection> sections) {
        this.sections = sections;
        this.node = hostName();
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

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        }
        catch (UnknownHostException e) {
            return "localhost"; // a host that does not know its own name still has a status
        }
    }
}
