package dev.tollgate.logging;

import java.beans.PropertyChangeListener;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;

/**
 * Takes every event from the root logger: keeps the first {@value #EARLY_LIMIT} until the table is ready, then passes them
 * and all later ones on. What the log's own threads and pool have to say stays out, so that a failure never feeds itself.
 */
final class LogRelay extends AbstractAppender {

    /** Begins or ends the name of every thread that works for the log table. */
    static final String OWN_THREADS = "tollgate-log";
    static final int EARLY_LIMIT = 4096;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final LoggerContext context;
    private final PropertyChangeListener reattach = change -> addTo((Configuration) change.getNewValue());
    /** Bound: 4,096 lines of the start, before there are callers. */
    private final Queue<LogEvent> early = new ArrayDeque<>();
    private long lost;
    private volatile Appender target;

    private LogRelay(LoggerContext context) {
        // A name of its own: Log4j2 passes over a second appender of one name, and tests run several gateways in one process.
        super("LogRelay-" + COUNT.incrementAndGet(), null, null, true, Property.EMPTY_ARRAY);
        this.context = context;
    }

    /** Begins to listen at the root logger, also after the logging system reads its configuration anew. */
    static LogRelay attachTo(LoggerContext context) {
        LogRelay relay = new LogRelay(context);
        relay.start();
        relay.addTo(context.getConfiguration());
        context.addPropertyChangeListener(relay.reattach);
        return relay;
    }

    private void addTo(Configuration configuration) {
        configuration.getRootLogger().addAppender(this, null, null);
    }

    @Override
    public void append(LogEvent event) {
        if (event.getThreadName().contains(OWN_THREADS)) {
            return;
        }
        Appender now = target;
        if (now != null) {
            now.append(event);
        } else {
            keep(event);
        }
    }

    private synchronized void keep(LogEvent event) {
        if (target != null) {
            target.append(event);
        } else if (early.size() < EARLY_LIMIT) {
            early.add(Log4jLogEvent.createMemento(event, true));
        } else {
            lost++;
        }
    }

    /** Passes on what was kept, in order, and from now on everything. */
    synchronized void connect(Appender to, LogDrops drops) {
        early.forEach(to::append);
        early.clear();
        drops.countOverflow(lost);
        lost = 0;
        target = to;
    }

    /** Stops listening when the start failed before the table was ready; otherwise the failure belongs into the table, too. */
    void detachUnlessConnected() {
        if (target == null) {
            detach();
        }
    }

    /** Stops listening. */
    void detach() {
        context.removePropertyChangeListener(reattach);
        context.getConfiguration().getRootLogger().removeAppender(getName());
        stop();
    }
}
