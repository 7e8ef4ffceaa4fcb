package dev.tollgate.gateway;

import java.time.Duration;

import org.apache.camel.LoggingLevel;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How often and how patiently a failed call is repeated. The names are those of the program that the gateway replaces.
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

    /** How far jitter spreads a wait to both sides. */
    public static final double SPREAD = 0.25;

    /** The same as a route's policy. A repeated call is a row or a counter of its API, so none is logged here. */
    public RedeliveryPolicy policy() {
        RedeliveryPolicy policy = new RedeliveryPolicy();
        policy.setMaximumRedeliveries(maxRetries);
        policy.setRedeliveryDelay(initialDelay.toMillis());
        policy.setMaximumRedeliveryDelay(maxDelay.toMillis());
        policy.setUseExponentialBackOff(true);
        policy.setBackOffMultiplier(backoffMultiplier);
        policy.setUseCollisionAvoidance(jitter);
        policy.setCollisionAvoidanceFactor(SPREAD);
        policy.setRetryAttemptedLogLevel(LoggingLevel.DEBUG);
        policy.setLogStackTrace(false);
        policy.setLogRetryStackTrace(false);
        policy.setLogExhausted(false);
        policy.setAllowRedeliveryWhileStopping(false);
        return policy;
    }
}
