package dev.tollgate.gateway;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that has a look at every byte on its way to the reader. Whatever the reader asks for comes through
 * {@link #read(byte[], int, int)}, and nothing is read twice or passed over unseen.
 */
public abstract class WatchedStream extends FilterInputStream {

    private static final int PIECE = 8192;

    protected WatchedStream(InputStream in) {
        super(in);
    }

    @Override
    public abstract int read(byte[] buffer, int offset, int length) throws IOException;

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public final long skip(long most) throws IOException {
        return most <= 0 ? 0 : Math.max(0, read(new byte[PIECE], 0, (int) Math.min(PIECE, most)));
    }

    @Override
    public final boolean markSupported() {
        return false;
    }
}
