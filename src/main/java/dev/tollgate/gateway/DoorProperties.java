package dev.tollgate.gateway;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Knobs of the door. The folder is a text, because Spring looks for a path on the class path first, where
 * {@code mvn spring-boot:run} has a copy of the routes that nobody edits.
 *
 * @param routesDir folder of the YAML routes; where it does not exist the routes inside the jar serve
 * @param maxBodySize largest request body that is not an upload; more is answered with 413
 * @param drainTimeout how long a replaced set of routes may take to finish the requests it has begun
 */
@ConfigurationProperties("tollgate")
public record DoorProperties(@DefaultValue("routes") String routesDir, @DefaultValue("32MB") DataSize maxBodySize,
        @DefaultValue("5m") Duration drainTimeout) {
}
