package dev.tollgate.logging;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AppenderLoggingException;
import org.apache.logging.log4j.core.appender.db.jdbc.AbstractConnectionSource;
import org.apache.logging.log4j.core.appender.db.jdbc.JdbcAppender;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;

import dev.tollgate.database.DatabaseClock;

/**
 * The table, behind Log4j2's JDBC appender: one batch a transaction, stored whole or not at all. After a failure the appender
 * is replaced, because it may still hold the events, which their owner will hand in again. For one thread at a time.
 */
final class LogTable {

    /** The most events one batch may have. */
    static final int BATCH = 200;

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final String name;
    private final LogPool pool;
    private final DatabaseClock clock;
    private Source source;
    private JdbcAppender appender;

    LogTable(String name, LogPool pool, DatabaseClock clock) {
        this.clock = clock;
        this.name = name;
        this.pool = pool;
    }

    /**
     * Stores the events.
     *
     * @throws RuntimeException when none of them was stored; {@link #answers} tells whether the database was there
     */
    void insert(List<LogEvent> events) {
        if (appender == null) {
            open();
        }
        try {
            for (int i = 0; i < events.size(); i++) {
                LogEvent event = events.get(i);
                event.setEndOfBatch(i == events.size() - 1);
                // Not through append(), which reports every failure on the console itself, unbounded.
                appender.getManager().write(inItsZone(event), null);
            }
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
    }

    /** The appender writes the fields that this machine's zone gives a time; the column's are those of the database's. */
    private LogEvent inItsZone(LogEvent event) {
        long time = clock.timestamp(Instant.ofEpochMilli(event.getTimeMillis())).getTime();
        return time == event.getTimeMillis() ? event : new Log4jLogEvent.Builder(event).setTimeMillis(time).build();
    }

    /** After a failure: whether the database is there all the same, so that the events are to blame. */
    boolean answers() {
        return source.reached && pool.answers();
    }

    private void open() {
        source = new Source();
        JdbcAppender.Builder<?> builder = JdbcAppender.newBuilder();
        // Log4j2 shares whatever has the same name between appenders.
        builder.setName("ApplicationLogs-" + NUMBERS.incrementAndGet());
        builder.setConnectionSource(source);
        builder.setTableName(name);
        builder.setColumnMappings(LogColumns.all());
        builder.setBufferSize(BATCH);
        builder.setIgnoreExceptions(false);
        // No thread of the appender's own that connects again: LogSink tries again, with the events in hand.
        builder.setReconnectIntervalMillis(0);
        appender = builder.build();
        appender.start();
    }

    void close() {
        if (appender == null) {
            return;
        }
        source.closed = true;
        try {
            appender.stop();
        } catch (AppenderLoggingException expected) {
            // The appender wants to store once more as it stops; its source is closed, so that it cannot.
        } finally {
            appender = null;
        }
    }

    private final class Source extends AbstractConnectionSource {

        private boolean reached;
        private boolean closed;

        @Override
        public Connection getConnection() throws SQLException {
            if (closed) {
                throw new SQLException("Closed");
            }
            reached = false;
            Connection connection = pool.getConnection();
            reached = true;
            return connection;
        }

        @Override
        public String toString() {
            return "the log's own pool";
        }
    }
}
