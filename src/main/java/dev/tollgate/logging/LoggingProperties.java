package dev.tollgate.logging;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the log reaches its table.
 *
 * @param queueSize         log lines that wait in memory for the database; more are counted, and the console tells how many
 * @param retryInterval     how long the log waits before it tries a database again that is away
 * @param connectionTimeout how long the log waits for a connection, at least 250 ms
 * @param queryTimeout      how long one batch of log lines may take before its connection is given up, where the driver can do that
 * @param flushTimeout      how long a stop waits for the waiting lines to be stored
 * @param repeatInterval    of equal lines that callers without a key provoke, one passes in so long, and then how many more there were
 */
@ConfigurationProperties("tollgate.logging")
record LoggingProperties(
        @DefaultValue("8192") int queueSize,
        @DefaultValue("5s") Duration retryInterval,
        @DefaultValue("3s") Duration connectionTimeout,
        @DefaultValue("10s") Duration queryTimeout,
        @DefaultValue("5s") Duration flushTimeout,
        @DefaultValue("1m") Duration repeatInterval) {

    LoggingProperties {
        if (queueSize < 1) {
            throw new IllegalArgumentException("tollgate.logging.queue-size must be at least 1, but is " + queueSize);
        }
        if (repeatInterval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("tollgate.logging.repeat-interval must be at least 1s, but is " + repeatInterval);
        }
    }
}
