package dev.tollgate.kit;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.tollgate.gateway.WatchedStream;
import dev.tollgate.kit.CallCost.End;

/**
 * A reply on its way to the caller. Every byte passes as it comes and is read on the way; that it has ended, and how, is said
 * once, before the caller can know.
 */
final class MeteredReply extends WatchedStream {

    private final CallCost cost;
    private final Consumer<End> ending;
    private final boolean toItsEnd;
    private final AtomicBoolean ended = new AtomicBoolean();

    /** @param toItsEnd whether it is read on when its caller leaves */
    MeteredReply(InputStream reply, CallCost cost, boolean toItsEnd, Consumer<End> ending) {
        super(reply);
        this.cost = cost;
        this.toItsEnd = toItsEnd;
        this.ending = ending;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read;
        try {
            read = in.read(buffer, offset, length);
        } catch (IOException | RuntimeException broken) {
            end(End.BROKEN_OFF);
            throw broken;
        }
        if (read < 0) {
            end(End.WHOLE);
        } else {
            cost.read(buffer, offset, read);
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
        } catch (IOException brokenOff) {
            end(End.BROKEN_OFF);
        }
    }

    private void end(End how) {
        if (ended.compareAndSet(false, true)) {
            ending.accept(how);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (toItsEnd && !ended.get()) {
                readOn();
            }
            end(End.CALLER_LEFT);
        } finally {
            super.close();
        }
    }
}
