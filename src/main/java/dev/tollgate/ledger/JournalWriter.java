package dev.tollgate.ledger;

import java.io.Closeable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that brings the journal to the database behind the callers. It lets usage gather for a moment first, for a longer one
 * while there is much of it, so that the calls of that moment share a transaction; who cannot wait brings it over without it.
 */
final class JournalWriter implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
    private static final long GATHER_MILLIS = 20;
    private static final long GATHER_MILLIS_WHEN_BUSY = 100;
    /** So many records at once are much. */
    private static final int BUSY = 16;

    private final IntSupplier bringOver;
    private final Semaphore work = new Semaphore(0);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "tollgate-ledger-writer");

    /** @param bringOver brings over what is there, says how many records those were, and throws nothing that a later try may not mend */
    JournalWriter(IntSupplier bringOver) {
        this.bringOver = bringOver;
        thread.setDaemon(true);
        thread.start();
    }

    /** There is something to bring over. */
    void wake() {
        if (work.availablePermits() == 0) {
            work.release();
        }
    }

    private void run() {
        int last = 0;
        while (closed.getCount() > 0) {
            work.acquireUninterruptibly();
            work.drainPermits();
            try {
                if (!closed.await(last < BUSY ? GATHER_MILLIS : GATHER_MILLIS_WHEN_BUSY, TimeUnit.MILLISECONDS)) {
                    last = bringOver.getAsInt();
                }
            } catch (InterruptedException e) {
                LOG.debug("Nobody but close() ends this thread", e);
            } catch (RuntimeException | Error e) {
                LOG.error("The journal of usage waits for the next call or replay", e);
            }
        }
    }

    /** Returns when nothing is being brought over any more. */
    @Override
    public void close() {
        closed.countDown();
        work.release();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
