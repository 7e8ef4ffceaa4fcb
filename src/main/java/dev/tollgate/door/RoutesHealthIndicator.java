package dev.tollgate.door;

import java.util.List;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Degraded;

/** Out of service as soon as a route that should run does not: health must not say UP while an entrance is shut. */
@Component
record RoutesHealthIndicator(Generations generations, RouteWatcher watcher) implements HealthIndicator {

    @Override
    public Health health() {
        Generation active;
        List<String> stopped;
        do { // again where an edit has replaced the one that was looked at, whose routes stop then
            active = generations.active();
            stopped = active == null ? List.of("all") : active.notRunning();
        } while (active != generations.active());
        return stopped.isEmpty() ? Degraded.unless(needs()) : Health.outOfService().withDetail("notRunning", stopped).build();
    }

    /** Amber: the routes serve, but an edit would not be noticed. */
    private List<String> needs() {
        return watcher.trouble().map(trouble -> List.of(trouble.text())).orElse(watcher.isSilent()
                ? List.of("The routes folder is not looked at any more: start the gateway again") : List.of());
    }
}
