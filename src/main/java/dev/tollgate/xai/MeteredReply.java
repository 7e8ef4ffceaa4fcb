package dev.tollgate.xai;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

import dev.tollgate.gateway.WatchedStream;

/**
 * A streamed reply on its way to the caller. Every byte passes as it comes and is read on the way; what was read is handed
 * over once, at the end.
 *
 * <p>When the caller leaves, the rest is read all the same: it is paid for, and its last event says how much it was.
 */
final class MeteredReply extends WatchedStream {

    private final Consumer<ReplyReading> books;
    private final ReplyReading reading = new ReplyReading();
    private boolean over;

    MeteredReply(InputStream reply, Consumer<ReplyReading> books) {
        super(reply);
        this.books = books;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = in.read(buffer, offset, length);
        if (read < 0) {
            end();
        } else {
            reading.read(buffer, offset, read);
        }
        return read;
    }

    private void end() {
        if (!over) {
            over = true;
            books.accept(reading);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            byte[] rest = new byte[8192];
            while (!over && read(rest, 0, rest.length) >= 0) {
                // to the end
            }
        } finally {
            end();
            super.close();
        }
    }
}
