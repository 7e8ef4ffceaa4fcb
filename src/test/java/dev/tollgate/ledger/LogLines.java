package dev.tollgate.ledger;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** What one package logs while this is open. */
public final class LogLines implements AutoCloseable {

    private final String logger;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);

    /** What the ledger logs. */
    LogLines() {
        this("dev.tollgate.ledger");
    }

    public LogLines(String logger) {
        this.logger = logger;
        AbstractAppender appender = new AbstractAppender("lines", null, null, true, Property.EMPTY_ARRAY) {
            @Override
            public void append(LogEvent event) {
                lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
            }
        };
        appender.start();
        LoggerConfig config = new LoggerConfig(logger, Level.INFO, true);
        config.addAppender(appender, Level.INFO, null);
        context.getConfiguration().addLogger(logger, config);
        context.updateLoggers();
    }

    public List<String> containing(String level, String text) {
        return lines.stream().filter(line -> line.startsWith(level + " ") && line.contains(text)).toList();
    }

    @Override
    public void close() {
        context.getConfiguration().removeLogger(logger);
        context.updateLoggers();
    }
}
