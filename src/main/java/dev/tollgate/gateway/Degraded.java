package dev.tollgate.gateway;

import java.util.List;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;

/**
 * Health's amber: the gateway serves, and something waits for a person. Answered with 200, so that nobody takes the gateway
 * out of service for it.
 */
public final class Degraded {

    /** Between UP and OUT_OF_SERVICE in {@code management.endpoint.health.status.order}. */
    public static final Status STATUS = new Status("DEGRADED");

    private Degraded() {
    }

    /** UP where nothing waits, else amber with what a person should do, without any secret, seller or company. */
    public static Health unless(List<String> waiting) {
        return waiting.isEmpty() ? Health.up().build() : Health.status(STATUS).withDetail("needs", waiting).build();
    }
}
