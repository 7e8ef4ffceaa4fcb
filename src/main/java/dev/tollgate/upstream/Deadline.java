package dev.tollgate.upstream;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;

import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.concurrent.Cancellable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When one exchange is over, whether its answer is there or not: then its connection is closed, which wakes whoever waits for
 * it. Time-outs of sockets cannot do that, because they begin anew with every byte.
 *
 * <p>An answer that is held whole has one limit, counted from the start. One that passes on piece by piece has it until its
 * head is there, then for each piece that is waited for, and another one as a whole.
 */
final class Deadline {

    private static final Logger LOG = LoggerFactory.getLogger(Deadline.class);

    private static final long NOBODY_WAITS = -1;

    private final Deadlines all;
    private final Cancellable exchange;
    private final Duration limit;
    private final Duration longest;
    private final long begun;

    private boolean pieces;
    private boolean departed;
    private long length = -1;
    private boolean over;
    private boolean late;
    private long waitingSince = NOBODY_WAITS;

    /**
     * @param all      looks when time may be up
     * @param exchange ends it by closing its connection, or by not opening one
     * @param limit    for the whole exchange, or, in pieces, for its head and for each of them
     * @param longest  for the whole of an exchange in pieces
     */
    Deadline(Deadlines all, Cancellable exchange, Duration limit, Duration longest) {
        this.all = all;
        this.begun = all.now();
        this.exchange = exchange;
        this.limit = limit;
        this.longest = longest;
    }

    Deadline start() {
        all.watch(this, limit.toNanos());
        return this;
    }

    /** There is a connection, and the request may be on its way from now on. */
    synchronized void departing() {
        departed = true;
    }

    /** How long the answer says that it is, in bytes as they come; negative if it does not. */
    synchronized void says(long bytes) {
        length = bytes;
    }

    synchronized long length() {
        return length;
    }

    /** The head is there, and what follows passes on piece by piece. */
    synchronized void inPieces() {
        pieces = true;
    }

    /** What follows is held whole after all. */
    synchronized void whole() {
        if (pieces && !over) {
            pieces = false;
            all.wakeIn(Math.max(0, left()));
        }
    }

    synchronized void waiting() {
        waitingSince = all.now() - begun;
    }

    synchronized void arrived() {
        waitingSince = NOBODY_WAITS;
    }

    /** The exchange has ended by itself. */
    synchronized void end() {
        over = true;
        all.forget(this);
    }

    /** Ends the exchange now, because nobody wants the rest. */
    void breakOff() {
        end();
        exchange.cancel();
    }

    /**
     * Ends the exchange if its time is up.
     *
     * @return in how many nanoseconds it is to be looked at again, as long as it has not ended
     */
    long look() {
        synchronized (this) {
            long left = over ? Long.MAX_VALUE : left();
            if (left > 0) {
                return left;
            }
            late = true;
            end();
        }
        try {
            exchange.cancel();
        } catch (RuntimeException e) {
            LOG.warn("An exchange whose time is up cannot be ended", e); // the others are, all the same
        }
        return Long.MAX_VALUE;
    }

    private long left() {
        long gone = all.now() - begun;
        if (!pieces) {
            return limit.toNanos() - gone;
        }
        long piece = waitingSince == NOBODY_WAITS ? limit.toNanos() : waitingSince + limit.toNanos() - gone;
        return Math.min(longest.toNanos() - gone, piece);
    }

    /** Whether the exchange ended because time was up; how it then failed, or seemed to end well, means nothing. */
    synchronized boolean isLate() {
        return late;
    }

    /** That time was up. */
    synchronized SocketTimeoutException tooLate() {
        String text = pieces ? "no next piece within %s, or no end within %s".formatted(limit, longest)
                : "no whole answer within " + limit;
        return departed ? new SocketTimeoutException(text) : new ConnectTimeoutException(text);
    }

    /**
     * What a failure of the exchange is to be called. Whatever is wrong inside an upstream's answer is a failure of the call
     * like any other, so it has no cause but I/O, and none at all if time was up: Camel's clauses look at what is attached first.
     */
    synchronized IOException named(Exception failure) {
        if (late) {
            return tooLate();
        }
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        if (failure instanceof IOException known && root instanceof IOException) {
            return known;
        }
        LOG.debug("An exchange failed", failure);
        return departed ? new IOException(failure.toString()) : new ConnectException(failure.toString());
    }
}
