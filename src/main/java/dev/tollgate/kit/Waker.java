package dev.tollgate.kit;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * One of the few threads that wake the calls of all routes when their delay is over. It makes no call and goes on with no route: while
 * it waited for something, nobody would be woken.
 */
final class Waker extends Thread {

    private static final AtomicInteger COUNT = new AtomicInteger();

    Waker(Runnable task) {
        super(task, "delays-" + COUNT.incrementAndGet());
        setDaemon(true);
    }

    /** Whether the calling thread is one. */
    static boolean isCurrent() {
        return currentThread() instanceof Waker;
    }
}
