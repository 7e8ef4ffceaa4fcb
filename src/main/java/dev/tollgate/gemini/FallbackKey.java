package dev.tollgate.gemini;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.gateway.Refusal;

/**
 * The key in {@code appSetting.txt}, for companies without any row in TokenMaster; {@link GoogleKeys} says how it may stand
 * there. Read at every use, so that a change needs no restart. A file without a key that may be taken is said once in the log.
 */
final class FallbackKey {

    private static final Logger log = LoggerFactory.getLogger(FallbackKey.class);

    /** Bytes; a file of settings is smaller. */
    private static final int LARGEST = 64 << 10;

    private final Path file;
    private byte[] known;
    private GoogleKeys.Found found;

    FallbackKey(Path file) {
        this.file = file;
    }

    /** @return the key; empty where there is no file or no key in it */
    Optional<String> read() {
        return Optional.ofNullable(look().key());
    }

    /**
     * Why there is none: the file was not understood, or, where nothing is in it or it is not there, what is given.
     *
     * @param without the refusal without a file
     */
    Refusal why(Refusal without) {
        return look().trouble() == null ? without : Refusal.of(503, "The key of Gemini for companies without tokens is not set up:"
                + " the gateway finds none in the file that tollgate.gemini.api-key-file names, and its log says why.");
    }

    private synchronized GoogleKeys.Found look() {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LARGEST + 1);
        }
        catch (NoSuchFileException none) {
            known = null;
            return GoogleKeys.Found.NOTHING;
        }
        catch (IOException unreadable) {
            bytes = new byte[0];
            return told(bytes, new GoogleKeys.Found(null, "It cannot be read: " + unreadable.getClass().getSimpleName()));
        }
        if (Arrays.equals(bytes, known)) {
            return found;
        }
        return told(bytes, bytes.length > LARGEST
                ? new GoogleKeys.Found(null, "It has more than " + LARGEST + " bytes") : GoogleKeys.in(text(bytes)));
    }

    private GoogleKeys.Found told(byte[] bytes, GoogleKeys.Found now) {
        if (now.trouble() != null && !(now.equals(found) && Arrays.equals(bytes, known))) {
            log.warn("No key of Gemini is taken from {} (tollgate.gemini.api-key-file). {}. A line GEMINI_API_KEY=… is understood.",
                    file, now.trouble());
        }
        known = bytes;
        found = now;
        return now;
    }

    /** UTF-16 as PowerShell writes it, with its mark or without; UTF-8; else a code page of one byte a character. */
    private static String text(byte[] bytes) {
        return Arrays.stream(new Charset[] {StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE})
                .filter(charset -> isUtf16(bytes, charset)).findFirst().map(charset -> new String(bytes, charset))
                .orElseGet(() -> utf8(bytes));
    }

    private static boolean isUtf16(byte[] bytes, Charset charset) {
        int high = charset == StandardCharsets.UTF_16LE ? 1 : 0;
        if (bytes.length >= 2 && (bytes[high] & 0xff) == 0xfe && (bytes[1 - high] & 0xff) == 0xff) {
            return true;
        }
        int zeros = 0;
        for (int at = high; at < bytes.length; at += 2) {
            zeros += bytes[at] == 0 ? 1 : 0;
        }
        return bytes.length >= 8 && zeros > bytes.length / 4;
    }

    private static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        }
        catch (CharacterCodingException onePage) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
