/**
 * The log: every event goes to table ApplicationLogs, warnings and the start also to the console, and no secret to either.
 *
 * <p>The way of an event: {@code RedactingEventFactory} (secrets are cut as the event is made, before any appender sees it)
 * to {@code LogRelay} (keeps the first events until the database is ready) to Log4j2's asynchronous appender (a bounded
 * queue, never blocking) to {@code LogSink} (batches, waits for a database that is away) to {@code LogTable} (Log4j2's JDBC
 * appender). What cannot be stored goes through {@code ConsoleFallback} and is counted in {@code LogDrops}.
 */
package dev.tollgate.logging;
