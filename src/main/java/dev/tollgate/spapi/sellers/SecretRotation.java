package dev.tollgate.spapi.sellers;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * The countdown to the end of the application's client secret: Amazon wants a new one every 180 days, else every call
 * fails. Refresh tokens outlive the change.
 *
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/rotating-your-apps-lwa-credentials">Amazon: Rotating your
 *      app's LWA credentials</a>
 */
public final class SecretRotation {

    private static final int LASTS_DAYS = 180;
    private static final int WARN_DAYS = 30;

    private final @Nullable LocalDate rotatedAt;
    private final Clock clock;

    /** @param rotatedAt the UTC day on which the secret was made; null when nobody said */
    SecretRotation(@Nullable LocalDate rotatedAt, Clock clock) {
        this.rotatedAt = rotatedAt;
        this.clock = clock;
    }

    /** Whole days until the secret ends, negative afterwards; empty when nobody said when it was made. */
    public OptionalLong daysLeft() {
        return rotatedAt == null ? OptionalLong.empty()
                : OptionalLong.of(ChronoUnit.DAYS.between(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC), rotatedAt.plusDays(LASTS_DAYS)));
    }

    /** Whether an operator should make a new secret now: in the last 30 days. */
    public boolean dueSoon() {
        return daysLeft().isPresent() && daysLeft().getAsLong() <= WARN_DAYS;
    }
}
