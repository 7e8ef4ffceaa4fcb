package dev.tollgate.gateway;

import java.util.List;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

import dev.tollgate.cluster.Cluster;

/** Amber while this node may not begin what is shared. */
@Component
@ConditionalOnProperty("tollgate.cluster.enabled")
class ClusterHealthIndicator implements HealthIndicator {

    private final Cluster cluster;

    ClusterHealthIndicator(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public Health health() {
        return Degraded.unless(cluster.trouble().map(List::of).orElse(List.of()));
    }
}
