package dev.tollgate.logging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AsyncAppender;
import org.apache.logging.log4j.core.async.BlockingQueueFactory;
import org.apache.logging.log4j.core.config.AppenderRef;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.NullConfiguration;

import dev.tollgate.database.DatabaseClock;

/**
 * Puts the way of an event together, connects it once the database is migrated, and at the end waits a bounded time until the
 * queue is stored. Log4j2's {@link AsyncAppender} stands in the middle: it never blocks its callers, its thread is a daemon.
 */
final class DatabaseLog implements AutoCloseable {

    private final LogRelay relay;
    private final LogPool pool;
    private final LogDrops drops;
    private final Duration flushTimeout;
    /** Bound: tollgate.logging.queue-size lines. */
    private final BlockingQueue<LogEvent> queue;
    private final ConsoleFallback overflow;
    private final ConsoleFallback failed;
    private final LogSink sink;
    private final AsyncAppender async;

    DatabaseLog(LoggerContext context, LogRelay relay, LogDrops drops, LogPool pool, String table,
            LoggingProperties properties) {
        this(context, relay, drops, pool, table, properties, DatabaseClock.here());
    }

    DatabaseLog(LoggerContext context, LogRelay relay, LogDrops drops, LogPool pool, String table,
            LoggingProperties properties, DatabaseClock clock) {
        this.relay = relay;
        this.pool = pool;
        this.drops = drops;
        this.flushTimeout = properties.flushTimeout();
        this.queue = new ArrayBlockingQueue<>(properties.queueSize());
        this.overflow = new ConsoleFallback("overflow", context, drops::countOverflow, drops::overflow);
        this.failed = new ConsoleFallback("failed", context, drops::countFailed);
        this.sink = new LogSink("table", new LogTable(table, pool, clock), failed, properties.retryInterval());
        this.async = asynchronous();
    }

    private AsyncAppender asynchronous() {
        // A configuration of its own, so that reading the logging configuration anew does not stop these appenders.
        Configuration own = new NullConfiguration();
        own.addAppender(sink);
        own.addAppender(overflow);
        BlockingQueueFactory<LogEvent> itsQueue = capacity -> queue;
        AsyncAppender.Builder<?> builder = AsyncAppender.newBuilder();
        builder.setName(LogRelay.OWN_THREADS);
        builder.setConfiguration(own);
        builder.setAppenderRefs(new AppenderRef[] {AppenderRef.createAppenderRef(sink.getName(), null, null)});
        builder.setErrorRef(overflow.getName());
        builder.setBlocking(false);
        builder.setIncludeLocation(true);
        builder.setBlockingQueueFactory(itsQueue);
        builder.setShutdownTimeout(flushTimeout.toMillis());
        AsyncAppender appender = builder.build();
        appender.setHandler(new QuietHandler());
        return appender;
    }

    void attach() {
        async.start();
        relay.connect(async, drops);
    }

    @Override
    public void close() {
        ProvokedLines.tellAll();
        relay.detach();
        sink.finish();
        makeRoomForTheEnd();
        async.stop();
        sink.close();
        List<LogEvent> left = new ArrayList<>();
        queue.drainTo(left);
        left.stream().filter(event -> event.getMessage() != null).forEach(failed::append);
        pool.close();
    }

    /** In a full queue the appender could not put its end mark and would interrupt its thread, which closes an H2 file. */
    private void makeRoomForTheEnd() {
        LogEvent oldest = queue.remainingCapacity() == 0 ? queue.poll() : null;
        if (oldest != null) {
            failed.append(oldest);
        }
    }
}
