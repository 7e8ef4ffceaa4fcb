package dev.tollgate.gateway;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How often and how patiently a failed call is repeated. The names are those of the system in the mission document.
 *
 * @param maxRetries attempts of a failed call after the first
 * @param initialDelay wait before the first repetition
 * @param maxDelay no wait is longer, whatever the upstream asks for
 * @param backoffMultiplier each wait is this many times the one before
 * @param jitter whether waits are spread by a quarter to both sides
 */
@ConfigurationProperties("tollgate.retry")
public record RetryProperties(@DefaultValue("3") int maxRetries, @DefaultValue("1s") Duration initialDelay,
        @DefaultValue("30s") Duration maxDelay, @DefaultValue("2.0") double backoffMultiplier,
        @DefaultValue("true") boolean jitter) {
}
