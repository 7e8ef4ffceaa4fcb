package dev.tollgate.gemini;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

import dev.tollgate.gateway.WatchedStream;

/**
 * A reply on its way to the caller. Every byte passes as it comes and is looked at on the way; what the call cost is
 * handed over once: at the end, or when the reply is given up because the caller or Gemini is gone.
 */
final class MeteredReply extends WatchedStream {

    private final ReplyUsage usage;
    private final Consumer<TokenUsage> whole;
    private final Consumer<TokenUsage> brokenOff;
    private boolean settled;

    /**
     * @param whole takes the usage of a reply that came to its end
     * @param brokenOff takes what was named until the reply broke off
     */
    MeteredReply(InputStream reply, ReplyUsage usage, Consumer<TokenUsage> whole, Consumer<TokenUsage> brokenOff) {
        super(reply);
        this.usage = usage;
        this.whole = whole;
        this.brokenOff = brokenOff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = in.read(buffer, offset, length);
        if (read < 0) {
            settle(whole);
        }
        else {
            usage.read(buffer, offset, read);
        }
        return read;
    }

    private void settle(Consumer<TokenUsage> books) {
        if (!settled) {
            settled = true;
            books.accept(usage.soFar());
        }
    }

    @Override
    public void close() throws IOException {
        try {
            settle(brokenOff);
        }
        finally {
            super.close();
        }
    }
}
