package dev.tollgate.upstream;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

import io.airlift.compress.zstd.ZstdInputStream;
import org.brotli.dec.BrotliInputStream;

import dev.tollgate.gateway.WatchedStream;

/** The content codings of HTTP (RFC 9110, section 8.4) that are read here: gzip, deflate in both its readings, br and zstd. */
public final class ContentCoding {

    private static final Set<String> KNOWN = Set.of("gzip", "x-gzip", "deflate", "br", "zstd");
    private static final int MOST_CODINGS = 3;
    private static final int PIECE = 1 << 16;

    private ContentCoding() {
    }

    /**
     * The codings that headers name, in the order in which they were applied, without {@code identity}.
     *
     * @param headers values of all {@code Content-Encoding} headers
     */
    public static List<String> named(Stream<String> headers) {
        return headers.flatMap(header -> Stream.of(header.split(","))).map(String::strip).map(coding -> coding.toLowerCase(Locale.ROOT))
                .filter(coding -> !coding.isEmpty() && !coding.equals("identity")).toList();
    }

    /** Whether all of them are read here, and they are not more than anybody has a use for. */
    public static boolean areKnown(List<String> codings) {
        return codings.size() <= MOST_CODINGS && codings.stream().allMatch(ContentCoding::isKnown);
    }

    /** @param coding in small letters */
    static boolean isKnown(String coding) {
        return KNOWN.contains(coding);
    }

    /**
     * Decodes bytes that are held.
     *
     * @param room asked before each piece, with the bytes that there are with it; whether they may be held
     * @return null when there is no room
     * @throws IOException when they are damaged, cut short or not in these codings
     */
    public static byte[] decoded(List<String> codings, byte[] coded, LongPredicate room) throws IOException {
        List<String> order = new ArrayList<>(codings);
        Collections.reverse(order);
        ByteArrayOutputStream plain = new ByteArrayOutputStream(coded.length * 2);
        InputStream in = new ByteArrayInputStream(coded);
        for (String coding : order) {
            in = decoded(coding, in);
        }
        byte[] piece = new byte[PIECE];
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            if (!room.test((long) plain.size() + read)) {
                return null;
            }
            plain.write(piece, 0, read);
        }
        return plain.toByteArray();
    }

    /** The coding that the first four bytes are evidently in; null for none. */
    static String seenIn(byte[] first) {
        if (first.length < 4) {
            return null;
        }
        if (first[0] == 0x1f && (first[1] & 0xff) == 0x8b) {
            return "gzip";
        }
        if (first[0] == 0x28 && (first[1] & 0xff) == 0xb5 && first[2] == 0x2f && (first[3] & 0xff) == 0xfd) {
            return "zstd";
        }
        return isZlib(first) && first[1] != '^' ? "deflate" : null;
    }

    /** Its plain bytes. What is cut short or damaged fails when it is read that far. */
    static InputStream decoded(String coding, InputStream in) throws IOException {
        PushbackInputStream start = new PushbackInputStream(in, 2);
        byte[] first = start.readNBytes(2);
        start.unread(first);
        if (first.length == 0) {
            return start; // nothing, in whatever coding, is nothing
        }
        return switch (coding) {
            case "br" -> new BufferedInputStream(new BrotliInputStream(start)); // which loses bytes when it is read singly
            case "zstd" -> new Checked(new ZstdInputStream(start));
            case "deflate" -> new Inflated(start, new Inflater(!isZlib(first)));
            default -> new GZIPInputStream(start);
        };
    }

    /** RFC 1950: deflate, a window of at most 32 KB, and a checksum of these two bytes. */
    private static boolean isZlib(byte[] first) {
        return first.length >= 2 && first[0] == 0x78 && ((first[0] & 0xff) << 8 | first[1] & 0xff) % 31 == 0;
    }

    /** An inflater's stream that says so when the data ends too early, and gives its memory back. */
    private static final class Inflated extends InflaterInputStream {

        Inflated(InputStream in, Inflater inflater) {
            super(in, inflater);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            if (read < 0) {
                inf.end();
            }
            return read;
        }

        @Override
        protected void fill() throws IOException {
            len = in.read(buf, 0, buf.length);
            if (len < 0) {
                throw new EOFException("The reply ends inside its compressed data");
            }
            inf.setInput(buf, 0, len);
        }
    }

    /** A stream of a library that tells damage by exceptions of its own kinds. */
    private static final class Checked extends WatchedStream {

        Checked(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return in.read(buffer, offset, length);
            } catch (RuntimeException damaged) {
                throw new IOException("The compressed data is damaged", damaged);
            }
        }
    }
}
