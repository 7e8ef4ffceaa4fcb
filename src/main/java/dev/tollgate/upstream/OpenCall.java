package dev.tollgate.upstream;

import java.util.Optional;

import dev.tollgate.gateway.BodiesInMemory;

/**
 * A call to an upstream that is made on one thread and may be ended from another. Whoever begins it holds it open on its own
 * thread while the call is made there.
 */
public final class OpenCall implements AutoCloseable {

    private static final ThreadLocal<OpenCall> ON_THIS_THREAD = new ThreadLocal<>();

    private final BodiesInMemory.Share share;
    private Deadline exchange;
    private boolean brokenOff;

    private OpenCall(BodiesInMemory.Share share) {
        this.share = share;
    }

    /**
     * Opens one for the call that this thread is about to make.
     *
     * @param share what its caller holds, the reply among it; null for a call that nobody waits for
     */
    public static OpenCall open(BodiesInMemory.Share share) {
        OpenCall call = new OpenCall(share);
        ON_THIS_THREAD.set(call);
        return call;
    }

    /** An exchange begins on this thread; it is broken off at once where its call has been. */
    static void begins(Deadline exchange) {
        OpenCall call = ON_THIS_THREAD.get();
        if (call != null) {
            call.take(exchange);
        }
    }

    /** What the caller of this thread's call holds; empty where nobody is one. */
    static Optional<BodiesInMemory.Share> share() {
        return Optional.ofNullable(ON_THIS_THREAD.get()).map(call -> call.share);
    }

    private synchronized void take(Deadline begun) {
        exchange = begun;
        if (brokenOff) {
            begun.breakOff();
        }
    }

    /** Closes the connection of the exchange that is under way, whose caller then fails; from any thread. */
    public synchronized void breakOff() {
        brokenOff = true;
        if (exchange != null) {
            exchange.breakOff();
        }
    }

    /** To be called on the thread that opened it. */
    @Override
    public void close() {
        ON_THIS_THREAD.remove();
    }
}
