package dev.tollgate.door;

import java.util.List;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Out of service as soon as a route that should run does not: health must not say UP while an entrance is shut. */
@Component
class RoutesHealthIndicator implements HealthIndicator {

    private final Generations generations;

    RoutesHealthIndicator(Generations generations) {
        this.generations = generations;
    }

    @Override
    public Health health() {
        Generation active = generations.active();
        List<String> stopped = active == null ? List.of("all") : active.notRunning();
        return stopped.isEmpty() ? Health.up().build()
                : Health.outOfService().withDetail("notRunning", stopped).build();
    }
}
