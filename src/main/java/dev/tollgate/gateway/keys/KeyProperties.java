package dev.tollgate.gateway.keys;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Knobs of the gateway's keys.
 *
 * @param cacheFor how long a key that was read is not read again; on another node than the one that revoked it, a key lives
 *        on for so long
 * @param lastKnownFor how long a key that was read serves while the database is away
 * @param lastKnownMax most keys remembered
 * @param lastUsedEvery how often the time of a key's last use is written
 * @param failures wrong keys that one address may present in a window before it is slowed, 1 or more
 * @param failureWindow how long that window is
 */
@ConfigurationProperties("tollgate.keys")
record KeyProperties(@DefaultValue("10s") Duration cacheFor, @DefaultValue("15m") Duration lastKnownFor,
        @DefaultValue("10000") int lastKnownMax, @DefaultValue("1m") Duration lastUsedEvery,
        @DefaultValue("30") int failures, @DefaultValue("1m") Duration failureWindow) {

    /** @throws IllegalArgumentException naming the key that is out of its bounds */
    KeyProperties {
        if (failures < 1) {
            throw new IllegalArgumentException("tollgate.keys.failures must be 1 or more, not " + failures);
        }
    }
}
