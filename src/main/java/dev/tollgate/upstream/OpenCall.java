package dev.tollgate.upstream;

/**
 * A call to an upstream that is made on one thread and may be ended from another. Whoever begins it holds it open on its own
 * thread while the call is made there.
 */
public final class OpenCall implements AutoCloseable {

    private static final ThreadLocal<OpenCall> ON_THIS_THREAD = new ThreadLocal<>();

    private Deadline exchange;
    private boolean brokenOff;

    private OpenCall() {
    }

    /** Opens one for the call that this thread is about to make. */
    public static OpenCall open() {
        OpenCall call = new OpenCall();
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
