package dev.tollgate.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Server-sent events as they come to be: a read waits for the second's end and then has one whole event.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
final class SnapshotStream extends WatchedStream {

    /** Makes the data of the next event: one line of text. */
    @FunctionalInterface
    interface Source {

        String next() throws IOException;
    }

    private final CountDownLatch end;
    private final Source source;
    private int left;
    private byte[] event = new byte[0];
    private int at;

    /**
     * @param events how many, one a second
     * @param end counted down to end the stream early
     */
    SnapshotStream(int events, CountDownLatch end, Source source) {
        super(InputStream.nullInputStream());
        this.left = events;
        this.end = end;
        this.source = source;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (at == event.length && !hasNext()) {
            return -1;
        }
        int read = Math.min(length, event.length - at);
        System.arraycopy(event, at, buffer, offset, read);
        at += read;
        return read;
    }

    private boolean hasNext() throws IOException {
        boolean first = event.length == 0;
        if (left-- <= 0 || !first && ended()) {
            return false;
        }
        event = ("data: " + source.next() + "\n\n").getBytes(StandardCharsets.UTF_8);
        at = 0;
        return true;
    }

    private boolean ended() throws IOException {
        try {
            return end.await(1, TimeUnit.SECONDS);
        }
        catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The stream of snapshots was interrupted");
        }
    }
}
