package dev.tollgate.keepa;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Red from the start until Keepa has told its balance, or did not for {@code tollgate.keepa.anchor-patience}; never again after. */
@Component("keepaAnchored")
record KeepaReadiness(KeepaBalance balance) implements HealthIndicator {

    @Override
    public Health health() {
        return balance.isOpen() ? Health.up().build()
                : Health.outOfService().withDetail("waitsFor", "Keepa's /token, until " + balance.closedUntil()).build();
    }
}
