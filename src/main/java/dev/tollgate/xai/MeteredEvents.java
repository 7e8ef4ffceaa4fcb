package dev.tollgate.xai;

import dev.tollgate.gateway.WatchedStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Server-sent events on their way to the caller. Every byte passes as it comes; of the lines that name a usage the last one
 * is remembered (counts are those of the whole call so far, not to be added up) and handed over once, at the end.
 *
 * <p>When the caller leaves, the rest is read all the same: it is paid for, and its last event says how much it was.
 */
final class MeteredEvents extends WatchedStream {

    /** The last event of a response repeats all of its text. */
    private static final int MAX_LINE = 4 << 20;
    private static final String DATA = "data:";

    private final Consumer<Usage> books;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    private Usage usage = Usage.NONE;
    private boolean over;

    MeteredEvents(InputStream events, Consumer<Usage> books) {
        super(events);
        this.books = books;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = in.read(buffer, offset, length);
        if (read < 0) {
            end();
        }
        for (int at = offset; at < offset + read; at++) {
            if (buffer[at] == '\n') {
                look();
            } else if (line.size() < MAX_LINE) {
                line.write(buffer[at]);
            }
        }
        return read;
    }

    private void look() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (text.startsWith(DATA) && text.contains("\"usage\"")) {
            Usage named = DropInReply.usage(text.substring(DATA.length()).getBytes(StandardCharsets.UTF_8));
            usage = named.equals(Usage.NONE) ? usage : named;
        }
    }

    private void end() {
        if (!over) {
            over = true;
            look();
            books.accept(usage);
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
