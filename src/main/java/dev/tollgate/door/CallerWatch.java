package dev.tollgate.door;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Caller;
import dev.tollgate.tomcat.AttentiveProtocol;

/**
 * Looks twice a second whether the callers of calls under way are still there, on one thread for all of them, so that a
 * call whose caller disconnected is ended: its place in a queue is free again, its upstream connection is closed, and it is
 * not tried again.
 *
 * <p>As many calls are watched as are under way, which the web server's own bounds limit.
 */
@Component
public final class CallerWatch implements AutoCloseable {

    /** Exchange property, true for a call that is made for others who ask the same as well. */
    public static final String SHARED = "TollgateSharedCall";
    /** The longest that a caller's leaving goes unnoticed, in milliseconds. */
    static final long LOOK_MILLIS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(CallerWatch.class);

    /** Bound: calls under way. */
    private final Set<Watch> watched = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService eye = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "caller-watch");
        thread.setDaemon(true);
        return thread;
    });

    public CallerWatch() {
        eye.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Watches the caller of an exchange until the watch is closed, which must be before anything is answered.
     *
     * @param whenGone run once, on the thread that looks, so it must be quick; never run where nobody called, as in a job
     */
    public Watch watch(Exchange exchange, Runnable whenGone) {
        return watch(exchange, exchange.getProperty(Caller.PROPERTY) != null, whenGone);
    }

    /**
     * The same for a call that is with the upstream: where it is made for others as well (see {@link #SHARED}), or in a job, it
     * goes on whoever leaves, because what it brings is kept.
     */
    Watch watchConnection(Exchange exchange, Runnable whenGone) {
        boolean own = exchange.getProperty(Caller.PROPERTY) instanceof AttentiveProtocol.Connection
                && !exchange.getProperty(SHARED, false, boolean.class);
        return watch(exchange, own, whenGone);
    }

    private Watch watch(Exchange exchange, boolean looks, Runnable whenGone) {
        Watch watch = new Watch(Caller.of(exchange), whenGone);
        if (looks) {
            watched.add(watch);
        }
        return watch;
    }

    /** A scheduled task that throws is never run again, so nothing gets out of here. */
    private void look() {
        for (Watch watch : watched) {
            try {
                watch.look();
            }
            catch (RuntimeException | Error failed) {
                watch.close();
                LOG.error("What was to be done for a caller who disconnected failed", failed);
            }
        }
    }

    @Override
    public void close() {
        eye.shutdownNow();
    }

    /** One call that is watched. */
    public final class Watch implements AutoCloseable {

        private final Caller caller;
        private final Runnable whenGone;
        private final AtomicBoolean gone = new AtomicBoolean();
        private boolean over;

        private Watch(Caller caller, Runnable whenGone) {
            this.caller = caller;
            this.whenGone = whenGone;
        }

        /** Whether the caller was seen to have disconnected. */
        public boolean isGone() {
            return gone.get();
        }

        private synchronized void look() {
            if (!over && caller.isGone()) {
                close();
                gone.set(true);
                whenGone.run();
            }
        }

        /** From now on the connection belongs to whoever answers; idempotent. */
        @Override
        public synchronized void close() {
            over = true;
            watched.remove(this);
        }
    }
}
