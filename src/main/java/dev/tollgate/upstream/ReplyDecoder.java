package dev.tollgate.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

import dev.tollgate.gateway.WatchedStream;

/**
 * Undoes the content codings of a reply (RFC 9110, section 8.4): gzip, deflate in both its readings, br, zstd, and several of them
 * on top of each other. Upstreams are asked for gzip only; the others are for those that do as they like. Bytes that are
 * evidently gzip, zlib or zstd although the reply does not say so are taken for it.
 */
final class ReplyDecoder {

    private static final int MOST_CODINGS = 3;

    /** What a reply may come to when it is decoded; a few bytes can be the beginning of gigabytes. */
    private static final long MOST_DECODED = 256L << 20;

    private final List<String> codings;
    private final boolean maySayNothing;

    /**
     * @param codings in the order in which they were applied
     * @param type    Content-Type; null when there is none
     * @param error   whether the reply is an error, which is never meant to be a compressed file
     * @throws UnreadableReplyException for one that is not known here, or too many
     */
    ReplyDecoder(List<String> codings, String type, boolean error) throws UnreadableReplyException {
        this.codings = codings.isEmpty() ? codings : codings.stream().map(coding -> coding.toLowerCase(Locale.ROOT)).toList();
        String media = type == null ? "" : type.toLowerCase(Locale.ROOT);
        this.maySayNothing = error || !media.contains("zip") && !media.startsWith("application/octet-stream");
        if (codings.size() > MOST_CODINGS) {
            throw new UnreadableReplyException("The reply is encoded " + codings.size() + " times, and " + MOST_CODINGS
                    + " is the most that is read here");
        }
        for (String coding : this.codings) {
            if (!ContentCoding.isKnown(coding)) {
                throw new UnreadableReplyException("The reply has a Content-Encoding that is not read here and was not asked for; "
                        + "gzip, deflate, br and zstd are");
            }
        }
    }

    boolean isCoded() {
        return !codings.isEmpty();
    }

    /** Whether a whole reply is in no coding, neither one that it says nor one that it is evidently in. */
    boolean isPlain(byte[] reply) {
        return !isCoded() && (!maySayNothing || ContentCoding.seenIn(reply) == null);
    }

    /** The reply in the clear. What is cut short or damaged fails when it is read that far. */
    InputStream plain(InputStream reply) {
        return new Lazy(reply);
    }

    private InputStream decoded(InputStream reply) throws IOException {
        List<String> order = new ArrayList<>(codings);
        Collections.reverse(order);
        InputStream plain = reply;
        for (String coding : order) {
            plain = ContentCoding.decoded(coding, plain);
        }
        if (codings.isEmpty() && maySayNothing) {
            plain = undeclared(plain);
        }
        return plain == reply ? reply : new Bounded(plain);
    }

    private static InputStream undeclared(InputStream in) throws IOException {
        PushbackInputStream start = new PushbackInputStream(in, 4);
        byte[] first = start.readNBytes(4);
        start.unread(first);
        String coding = ContentCoding.seenIn(first);
        return coding == null ? start : ContentCoding.decoded(coding, start);
    }

    /** Begins to read when it is read: whoever opens a reply does not wait for its first byte. */
    private final class Lazy extends WatchedStream {

        private InputStream plain;

        Lazy(InputStream reply) {
            super(reply);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (plain == null) {
                plain = decoded(in);
            }
            return plain.read(buffer, offset, length);
        }

        @Override
        public int available() {
            return 0; // what has come is coded: nobody knows what it comes to
        }
    }

    private static final class Bounded extends WatchedStream {

        private long read;

        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = in.read(buffer, offset, length);
            read += Math.max(0, count);
            if (read > MOST_DECODED) {
                throw new UnreadableReplyException("The reply is larger than " + (MOST_DECODED >> 20) + " MB when it is decoded");
            }
            return count;
        }
    }
}
