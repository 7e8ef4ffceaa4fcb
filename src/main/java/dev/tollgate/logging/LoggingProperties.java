package dev.tollgate.logging;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the log reaches its table.
 *
 * @param queueSize         log lines that wait in memory for the database; more go to the console
 * @param retryInterval     how long the log waits before it tries a database again that is away
 * @param connectionTimeout how long the log waits for a connection, at least 250 ms
 * @param queryTimeout      how long one batch of log lines may take before its connection is given up, where the driver can do that
 * @param flushTimeout      how long a stop waits for the waiting lines to be stored
 */
@ConfigurationProperties("tollgate.logging")
record LoggingProperties(
        @DefaultValue("8192") int queueSize,
        @DefaultValue("5s") Duration retryInterval,
        @DefaultValue("3s") Duration connectionTimeout,
        @DefaultValue("10s") Duration queryTimeout,
        @DefaultValue("5s") Duration flushTimeout) {

    LoggingProperties {
        if (queueSize < 1) {
            throw new IllegalArgumentException("tollgate.logging.queue-size must be at least 1, but is " + queueSize);
        }
    }
}
