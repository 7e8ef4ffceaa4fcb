package dev.tollgate.logging;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;

/**
 * Where an event goes that cannot be stored: it is counted and, unless it stood there anyway, written to the console; or, for a
 * queue that overflows, the console tells once a minute how many there were.
 */
final class ConsoleFallback extends AbstractAppender {

    private final LoggerContext context;
    private static final long REMIND_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongConsumer count;
    private final LongSupplier summary;
    private final AtomicLong told = new AtomicLong(System.nanoTime() - REMIND_NANOS);

    ConsoleFallback(String name, LoggerContext context, LongConsumer count) {
        this(name, context, count, null);
    }

    /** @param summary how many events were counted so far, told instead of each of them; null: each is written */
    ConsoleFallback(String name, LoggerContext context, LongConsumer count, LongSupplier summary) {
        super(name, null, null, true, Property.EMPTY_ARRAY);
        this.context = context;
        this.count = count;
        this.summary = summary;
        start();
    }

    @Override
    public void append(LogEvent event) {
        count.accept(1);
        if (summary != null) {
            sum();
            return;
        }
        boolean shownAlready = event.getLevel().isMoreSpecificThan(Level.WARN)
                || event.getLoggerName().startsWith(OpenAddress.LOGGER);
        if (!shownAlready) {
            print(event);
        }
    }

    private void sum() {
        long last = told.get();
        long now = System.nanoTime();
        if (now - last >= REMIND_NANOS && told.compareAndSet(last, now)) {
            say(Level.WARN, "The log's queue (tollgate.logging.queue-size) is full because its table takes nothing now; "
                    + summary.getAsLong() + " lines are not stored so far. Warnings still stand here.");
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
