package dev.tollgate.xai;

import java.util.List;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Degraded;

/** Amber without a key for xAI. */
@Component
record XaiHealthIndicator(XaiKey key) implements HealthIndicator {

    @Override
    public Health health() {
        return Degraded.unless(key.isThere() ? List.of() : List.of("Set " + XaiKey.VARIABLE + "."));
    }
}
