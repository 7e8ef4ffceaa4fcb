package dev.tollgate.tomcat;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the virtual threads of requests in the order in which these arrived, all from one virtual thread.
 *
 * <p>The JDK's scheduler has a queue for each of its own threads and others for what threads of the system start or wake. Each of
 * its threads stays at the queue where it found something for as long as that has more (JDK-8373118). Tomcat's poller,
 * a thread of the system, fills one of these without a pause when there is much to do, and what is in another one, requests that
 * were started before or calls whose upstream has answered, waits for a second meanwhile. What a virtual thread
 * starts goes to a queue of the scheduler's own threads instead, which has an end, after which they look at all others.
 */
final class InTurn implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(InTurn.class);

    private final Executor threads;
    /** Bound: the connections of which Tomcat has read something, one task of each. */
    private final Queue<Runnable> arrived = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean starts = new AtomicBoolean();

    /** @param threads starts a virtual thread for each task */
    InTurn(Executor threads) {
        this.threads = threads;
    }

    /** @throws RuntimeException if there is no thread to be had, after which Tomcat closes the connection */
    @Override
    public void execute(Runnable task) {
        arrived.add(task);
        if (!starts.getAndSet(true)) {
            try {
                threads.execute(this::startAll);
            } catch (RuntimeException | OutOfMemoryError refused) {
                arrived.remove(task);
                starts.set(false);
                throw refused;
            }
        }
    }

    private void startAll() {
        do {
            for (Runnable next = arrived.poll(); next != null; next = arrived.poll()) {
                start(next);
            }
            starts.set(false);
        } while (!arrived.isEmpty() && !starts.getAndSet(true));
    }

    /** Whatever becomes of it, the next one is started. */
    private void start(Runnable task) {
        try {
            threads.execute(task);
        } catch (RuntimeException | OutOfMemoryError unexpected) {
            LOG.error("A request that has arrived gets no thread, and no answer", unexpected);
        }
    }
}
