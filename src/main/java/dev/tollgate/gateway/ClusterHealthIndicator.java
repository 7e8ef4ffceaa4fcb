package dev.tollgate.gateway;

import java.util.Optional;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

import dev.tollgate.cluster.Cluster;

/** Amber while this node may not begin what is shared; readiness, too, so that whoever asks it hears why. Up where there is one. */
@Component
record ClusterHealthIndicator(ObjectProvider<Cluster> cluster) implements HealthIndicator {

    @Override
    public Health health() {
        return Degraded.unless(Optional.ofNullable(cluster.getIfAvailable()).flatMap(Cluster::trouble).stream().toList());
    }
}
