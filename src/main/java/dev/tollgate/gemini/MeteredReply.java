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
    private final AtomicBoolean ended = new AtomicBoolean();

    MeteredReply(InputStream reply, ReplyReading reading, Consumer<End> books) {
        super(reply);
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

    private void end(End how) {
        if (ended.compareAndSet(false, true)) {
            books.accept(how);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            end(End.CALLER_LEFT);
        }
        finally {
            super.close();
        }
    }
}
