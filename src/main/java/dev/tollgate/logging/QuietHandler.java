package dev.tollgate.logging;

import org.apache.logging.log4j.core.ErrorHandler;
import org.apache.logging.log4j.core.LogEvent;

/** Says nothing about a full queue: the appender reports it for every event, and each is counted and shown by the fallback. */
final class QuietHandler implements ErrorHandler {

    @Override
    public void error(String message) {
        // See above.
    }

    @Override
    public void error(String message, Throwable thrown) {
        // See above.
    }

    @Override
    public void error(String message, LogEvent event, Throwable thrown) {
        // See above.
    }
}
