package dev.tollgate.spapi.sellers;

import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Degraded;

/** Amber without the application's credential, when Amazon refuses it, when it ends soon, and for sellers to reconnect. */
@Component
record SpApiHealthIndicator(SpApiProperties properties, GrantBook book, ApplicationAlarm alarm,
        SecretRotation rotation) implements HealthIndicator {

    @Override
    public Health health() {
        List<String> needs = new ArrayList<>();
        List<String> missing = properties.missingForTokens();
        if (!missing.isEmpty()) {
            needs.add("Set " + String.join(", ", missing) + ".");
        }
        long away = book.all().stream().filter(grant -> !grant.connected()).count();
        if (away > 0) {
            needs.add(away + (away == 1 ? " seller" : " sellers") + " must reconnect: see /sellers.");
        }
        if (alarm.ringing().isPresent()) {
            needs.add("Amazon refuses this application: check LWA_CLIENT_ID and LWA_CLIENT_SECRET.");
        }
        if (rotation.dueSoon()) {
            needs.add("Make a new client secret within " + rotation.daysLeft().getAsLong() + " days.");
        }
        return Degraded.unless(needs);
    }
}
