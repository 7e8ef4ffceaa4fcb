package dev.tollgate.logging;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import dev.tollgate.logging.KnownSecrets.Spans;

/**
 * Bytes on their way, without secrets, wherever the pieces they come in are cut. What may be the beginning of a secret waits
 * for the next piece: as many bytes as the longest secret has at most.
 */
final class CutStream extends FilterInputStream {

    /** A marked secret ends before this, or what is left of it is not looked for. */
    private static final int LONGEST_MARKED = 8192;

    private final KnownSecrets known;
    private final boolean marked;
    private byte[] piece = Pieces.first();
    private String undecided = "";
    private byte[] ready = {};
    private int taken;
    private boolean ended;

    CutStream(InputStream in, KnownSecrets known, boolean marked) {
        super(in);
        this.known = known;
        this.marked = marked;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (taken == ready.length) {
            if (ended) {
                return -1;
            }
            fill();
        }
        int count = Math.min(length, ready.length - taken);
        System.arraycopy(ready, taken, buffer, offset, count);
        taken += count;
        return count;
    }

    private void fill() throws IOException {
        int read = in.read(piece, 0, piece.length);
        ended = read < 0;
        String text = ended ? undecided : undecided + new String(piece, 0, read, StandardCharsets.ISO_8859_1);
        Spans found = new Spans();
        known.find(text, found);
        int decided = ended ? text.length() : found.outside(Math.min(known.undecided(text), marked ? wholeWords(text) : text.length()));
        String clean = found.cut(text, decided);
        ready = (marked ? SecretPatterns.cutMarked(clean) : clean).getBytes(StandardCharsets.ISO_8859_1);
        taken = 0;
        piece = Pieces.after(piece, read);
        undecided = text.substring(decided);
    }

    private static int wholeWords(String text) {
        int at = text.length();
        while (at > 0 && isOfWord(text.charAt(at - 1))) {
            at--;
        }
        return text.length() - at > LONGEST_MARKED ? text.length() : at;
    }

    private static boolean isOfWord(char c) {
        return c > ' ' && "\"'&,;<>(){}[]".indexOf(c) < 0;
    }

    @Override
    public int available() throws IOException {
        return ready.length - taken;
    }

    @Override
    public long skip(long bytes) throws IOException {
        long skipped = 0;
        while (skipped < bytes && read() >= 0) {
            skipped++;
        }
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
