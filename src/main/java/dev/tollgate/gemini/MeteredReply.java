package dev.tollgate.gemini;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.tollgate.gateway.WatchedStream;
import dev.tollgate.gemini.ReplyReading.End;

/**
 * A reply on its way to the caller. Every byte passes as it comes and is read on the way; that it has ended, and how, is said
 * once, before the caller can know.
 */
final class MeteredReply extends WatchedStream {

    private final ReplyReading reading;
    private final Consumer<End> books;
    private final boolean toItsEnd;
    private final AtomicBoolean ended = new AtomicBoolean();

    MeteredReply(InputStream reply, ReplyReading reading, Consumer<End> books) {
        this(reply, reading, books, false);
    }

    /** @param toItsEnd whether it is read on when its caller leaves, because only its last event says what it cost */
    MeteredReply(InputStream reply, ReplyReading reading, Consumer<End> books, boolean toItsEnd) {
        super(reply);
        this.toItsEnd = toItsEnd;
        this.reading = reading;
        this.books = books;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read;
        try {
            read = in.read(buffer, offset, length);
        }
        catch (IOException | RuntimeException broken) {
            end(End.BROKEN_OFF);
            throw broken;
        }
        if (read < 0) {
            end(End.WHOLE);
        }
        else {
            reading.read(buffer, offset, read);
        }
        return read;
    }

    /** No longer than the upstream's time limits let it. */
    private void readOn() {
        byte[] rest = new byte[8192];
        try {
            while (read(rest, 0, rest.length) >= 0) {
                continue; // it is read by being passed
            }
        }
        catch (IOException brokenOff) {
            end(End.BROKEN_OFF);
        }
    }

    private void end(End how) {
        if (ended.compareAndSet(false, true)) {
            books.accept(how);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (toItsEnd && !ended.get()) {
                readOn();
            }
            end(End.CALLER_LEFT);
        }
        finally {
            super.close();
        }
    }
}
