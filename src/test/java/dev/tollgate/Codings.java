package dev.tollgate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.params.provider.Arguments;

/** Content codings as upstreams apply them. */
public final class Codings {

    private static final int BLOCK = 65_536;

    private Codings() {
    }

    /** For tables of tests: the name in Content-Encoding and what it does, and once what it does without being said. */
    public static Stream<Arguments> ofReplies() {
        Map<String, UnaryOperator<byte[]>> codings = Map.of("gzip", Codings::gzip, "deflate", Codings::deflate, "br", Codings::brotli,
                "zstd", Codings::zstd, "unsaid", Codings::gzip);
        return codings.entrySet().stream().map(one -> Arguments.of(one.getKey(), one.getValue()));
    }

    public static byte[] gzip(byte[] plain) {
        return through(plain, out -> {
            try {
                return new GZIPOutputStream(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** In zlib's wrapping, as RFC 9110 wants it. */
    public static byte[] deflate(byte[] plain) {
        return through(plain, DeflaterOutputStream::new);
    }

    /** Without the wrapping, as some servers send it. */
    public static byte[] rawDeflate(byte[] plain) {
        return through(plain, out -> new DeflaterOutputStream(out, new Deflater(Deflater.DEFAULT_COMPRESSION, true)));
    }

    /** Brotli (RFC 7932) in blocks that are stored, which is all that writing it without a library allows. */
    public static byte[] brotli(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int windowBits = 1; // the stream's first bit: a window of 16 bits
        for (int at = 0; at < plain.length; at += BLOCK) {
            int length = Math.min(BLOCK, plain.length - at);
            // Not the last block; length in four nibbles; length - 1; stored.
            int head = (length - 1) << 3 | 1 << 19;
            int bits = head << windowBits;
            out.write(bits);
            out.write(bits >> 8);
            out.write(bits >> 16);
            out.write(plain, at, length);
            windowBits = 0;
        }
        out.write(windowBits == 1 ? 6 : 3); // the last block, and empty
        return out.toByteArray();
    }

    /** Zstandard (RFC 8878), one raw block. */
    public static byte[] zstd(byte[] plain) {
        ByteBuffer out = ByteBuffer.allocate(plain.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0xFD2FB528).put((byte) 0xA0).putInt(plain.length); // single segment, size in four bytes
        int block = plain.length << 3 | 1;
        out.put((byte) block).put((byte) (block >> 8)).put((byte) (block >> 16)).put(plain);
        byte[] coded = new byte[out.position()];
        out.flip().get(coded);
        return coded;
    }

    private static byte[] through(byte[] plain, Function<OutputStream, OutputStream> coding) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = coding.apply(bytes)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
