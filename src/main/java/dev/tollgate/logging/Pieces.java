package dev.tollgate.logging;

/**
 * Buffers for the pieces that streams come in: small for events, of which hundreds may be under way at once, and as large as
 * is worth it for what comes in bulk.
 */
public final class Pieces {

    private static final int LEAST = 1024;
    private static final int MOST = 8192;

    private Pieces() {
    }

    /** The first buffer: {@value #LEAST} bytes. */
    public static byte[] first() {
        return new byte[LEAST];
    }

    /**
     * The buffer to read into next.
     *
     * @param piece what was read into, and is of no use any more
     * @param read  bytes that came, or -1
     * @return the same, or one of twice its length where it was filled; at most {@value #MOST} bytes
     */
    public static byte[] after(byte[] piece, int read) {
        return read < piece.length || piece.length >= MOST ? piece : new byte[2 * piece.length];
    }
}
