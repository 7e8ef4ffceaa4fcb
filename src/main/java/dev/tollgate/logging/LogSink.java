package dev.tollgate.logging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

import dev.tollgate.database.Fault;

/**
 * Stores events in batches, on the asynchronous appender's thread. After one that has emptied the queue it rests a moment, so
 * that the events of one request share a transaction. While the database is away it waits with the batch in hand, so that the
 * queue behind it fills and a short absence loses nothing; a single event that the database refuses goes to the console. Once
 * {@link #finish told to finish} it no longer waits.
 */
final class LogSink extends AbstractAppender {

    private static final Duration REMIND = Duration.ofMinutes(1);
    private static final Duration REST = Duration.ofMillis(20);

    private final LogTable table;
    private final ConsoleFallback fallback;
    private final Duration retryInterval;
    /** Bound: the lines of one batch. */
    private final List<LogEvent> batch = new ArrayList<>(LogTable.BATCH);
    private final ReentrantLock busy = new ReentrantLock();
    private final CountDownLatch finishing = new CountDownLatch(1);
    /** Whether the console knows; a table that comes and goes is told about once in {@link #REMIND}. */
    private boolean inTrouble;
    private long told = System.nanoTime() - REMIND.toNanos();
    private boolean givenUp;

    LogSink(String name, LogTable table, ConsoleFallback fallback, Duration retryInterval) {
        super(name, null, null, false, Property.EMPTY_ARRAY);
        this.table = table;
        this.fallback = fallback;
        this.retryInterval = retryInterval;
        start();
    }

    @Override
    public void append(LogEvent event) {
        busy.lock();
        try {
            batch.add(event);
            if (event.isEndOfBatch() || batch.size() >= LogTable.BATCH) {
                storeBatch();
            }
        } finally {
            busy.unlock();
        }
        if (event.isEndOfBatch()) {
            waited(REST);
        }
    }

    private void storeBatch() {
        List<LogEvent> events = List.copyOf(batch);
        batch.clear();
        if (!events.isEmpty()) {
            store(events);
        }
    }

    private void store(List<LogEvent> events) {
        boolean triedAgain = false;
        while (!givenUp) {
            try {
                table.insert(events);
                recovered();
                return;
            } catch (RuntimeException failure) {
                report(failure);
                Fault fault = Fault.of(failure);
                boolean passes = fault.isOfTheDatabase() && fault != Fault.DENIED || fault == Fault.HELD_UP;
                if (passes || !table.answers()) {
                    givenUp = !waited(retryInterval);
                } else if (events.size() > 1) {
                    // Some event is to blame: one by one the others still arrive.
                    events.forEach(event -> store(List.of(event)));
                    return;
                } else if (triedAgain) {
                    break;
                } else {
                    // The connection may have broken just then, or another transaction stood in the way.
                    triedAgain = true;
                }
            }
        }
        events.forEach(fallback::append);
    }

    /** False once it was told to finish. */
    private boolean waited(Duration time) {
        try {
            return !finishing.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void report(RuntimeException failure) {
        long now = System.nanoTime();
        if (!inTrouble && now - told >= REMIND.toNanos()) {
            inTrouble = true;
            told = now;
            Throwable cause = failure;
            while (cause.getCause() != null && cause.getCause() != cause) {
                cause = cause.getCause();
            }
            fallback.say(Level.WARN, "The log cannot be stored in its table now: " + cause
                    + ". Lines wait in memory; those that find it full are counted, those that the database refuses go to the console.");
        }
    }

    private void recovered() {
        if (inTrouble) {
            inTrouble = false;
            fallback.say(Level.WARN, "The log is stored in its table again.");
        }
    }

    /** From now on a database that is away is not waited for. */
    void finish() {
        finishing.countDown();
    }

    /** Stores a last batch that was still being gathered, unless the thread of this sink hangs in the database. */
    void close() {
        if (busy.tryLock()) {
            try {
                storeBatch();
                table.close();
            } finally {
                busy.unlock();
            }
        }
    }
}
