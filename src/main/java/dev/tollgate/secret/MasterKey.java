package dev.tollgate.secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/** One AES-256 key and its id: the first 8 hex digits of SHA-256 over a label and the key, which tell nothing about it. */
final class MasterKey {

    static final int BYTES = 32;
    static final int MIN_CHARACTERS = 16;

    private static final int STRETCH_ROUNDS = 600_000;
    /** Fixed on purpose: every node must arrive at the same key from the same words. */
    private static final byte[] STRETCH_SALT = "tollgate master key v1".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ID_LABEL = "tollgate key id".getBytes(StandardCharsets.UTF_8);

    private final String id;
    private final SecretKey key;

    private MasterKey(byte[] bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ID_LABEL);
            this.id = HexFormat.of().formatHex(digest.digest(bytes), 0, 4);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no SHA-256", e);
        }
        this.key = new SecretKeySpec(bytes, "AES");
    }

    /**
     * Reads 32 bytes as base64, base64url or 64 hex digits as they are; stretches any other text of 16 characters or more.
     *
     * @throws IllegalArgumentException for a shorter text; the message does not repeat it
     */
    static MasterKey parse(String text) {
        byte[] bytes = rawBytes(text);
        if (bytes != null) {
            return new MasterKey(bytes);
        }
        if (text.length() < MIN_CHARACTERS) {
            throw new IllegalArgumentException("The key has " + text.length() + " characters; it needs at least "
                    + MIN_CHARACTERS);
        }
        return new MasterKey(stretch(text));
    }

    /** The 32 bytes that the text spells, or null when it spells none. */
    static byte @Nullable [] rawBytes(String text) {
        if (text.matches("[0-9a-fA-F]{64}")) {
            return HexFormat.of().parseHex(text);
        }
        if (!text.matches("[A-Za-z0-9+/_-]{43}=?")) {
            return null;
        }
        byte[] bytes = Base64.getUrlDecoder().decode(text.replace('+', '-').replace('/', '_'));
        return bytes.length == BYTES ? bytes : null;
    }

    private static byte[] stretch(String words) {
        PBEKeySpec spec = new PBEKeySpec(words.toCharArray(), STRETCH_SALT, STRETCH_ROUNDS, BYTES * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no PBKDF2 with HMAC-SHA256", e);
        } finally {
            spec.clearPassword();
        }
    }

    String id() {
        return id;
    }

    SecretKey key() {
        return key;
    }

    boolean sameAs(MasterKey other) {
        return Arrays.equals(key.getEncoded(), other.key.getEncoded());
    }

    @Override
    public String toString() {
        return "MasterKey " + id;
    }
}
