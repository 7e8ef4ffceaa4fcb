package dev.tollgate.keepa;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Compression as Keepa's clients need it. The official Java client unzips every body, errors too: an answer made here that
 * is not compressed when it asked for that looks to it like a broken connection, and it tries again at once, for ever.
 */
public final class Gzip {

    private static final Pattern NEVER = Pattern.compile("q\\s*=\\s*0(\\.0*)?");
    private static final Pattern PARAMETER = Pattern.compile("\\s*;\\s*");

    private Gzip() {
    }

    /** Whether a caller asked for gzip. {@code acceptEncoding} is the header's value, may be null. */
    public static boolean wanted(String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        for (String coding : acceptEncoding.toLowerCase(Locale.ROOT).split(",")) {
            String[] parts = PARAMETER.split(coding.trim());
            if (parts[0].equals("gzip") || parts[0].equals("*") || parts[0].equals("x-gzip")) {
                return parts.length < 2 || !NEVER.matcher(parts[1]).matches();
            }
        }
        return false;
    }

    /** The compressed bytes. */
    public static byte[] zipped(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length / 2 + 32);
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * The content in plain, whether it is compressed or not.
     *
     * @throws IOException when it is broken off
     */
    public static byte[] plain(byte[] body) throws IOException {
        return unzipped(new ByteArrayInputStream(body)).readAllBytes();
    }

    /** The stream's content in plain, whether it is compressed or not. */
    static InputStream unzipped(InputStream body) throws IOException {
        PushbackInputStream start = new PushbackInputStream(body, 2);
        byte[] magic = start.readNBytes(2);
        start.unread(magic);
        boolean zipped = magic.length == 2 && magic[0] == (byte) 0x1f && magic[1] == (byte) 0x8b;
        return zipped ? new GZIPInputStream(start) : start;
    }
}
