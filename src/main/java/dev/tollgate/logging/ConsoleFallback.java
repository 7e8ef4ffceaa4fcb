package dev.tollgate.logging;

import java.util.function.LongConsumer;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;

/** Where an event goes that cannot be stored: it is counted and, unless it stood there anyway, written to the console. */
final class ConsoleFallback extends AbstractAppender {

    private final LoggerContext context;
    private final LongConsumer count;

    ConsoleFallback(String name, LoggerContext context, LongConsumer count) {
        super(name, null, null, true, Property.EMPTY_ARRAY);
        this.context = context;
        this.count = count;
        start();
    }

    @Override
    public void append(LogEvent event) {
        count.accept(1);
        boolean shownAlready = event.getLevel().isMoreSpecificThan(Level.WARN)
                || event.getLoggerName().startsWith(OpenAddress.LOGGER);
        if (!shownAlready) {
            print(event);
        }
    }

    /** A line of the log about itself, which must not go through the log. */
    void say(Level level, String text) {
        print(Log4jLogEvent.newBuilder().setLoggerName("dev.tollgate.logging").setLevel(level).setTimeMillis(System.currentTimeMillis())
                .setMessage(new SimpleMessage(Redactor.redact(text))).build());
    }

    private void print(LogEvent event) {
        Appender console = context.getConfiguration().getAppender("Console");
        if (console != null && console.isStarted()) {
            console.append(event);
        }
    }
}
