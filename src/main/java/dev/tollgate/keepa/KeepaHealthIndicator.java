package dev.tollgate.keepa;

import java.util.List;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Degraded;

/** Amber without a key for Keepa. */
@Component
record KeepaHealthIndicator(KeepaKey key) implements HealthIndicator {

    @Override
    public Health health() {
        return Degraded.unless(key.isConfigured() ? List.of() : List.of("Set KEEPA_API_KEY."));
    }
}
