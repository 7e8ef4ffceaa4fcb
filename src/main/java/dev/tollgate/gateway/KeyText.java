package dev.tollgate.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * What a gateway key looks like: {@code tg_} and 256 random bits as base64url. Only its SHA-256 is ever stored. A slow
 * hash would add nothing: it protects what people choose, and nobody searches 2^256 keys.
 */
public final class KeyText {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String PREFIX = "tg_";
    private static final int LENGTH = PREFIX.length() + 43;

    private KeyText() {
    }

    public static String random() {
        byte[] bits = new byte[32];
        RANDOM.nextBytes(bits);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    /** A name for a key that tells nothing about it. */
    public static String randomId() {
        byte[] bits = new byte[8];
        RANDOM.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }

    /** Whether a text can be a key at all; what cannot is not looked up. */
    public static boolean fits(String text) {
        return text.length() == LENGTH && text.startsWith(PREFIX) && text.chars().allMatch(KeyText::isOfKey);
    }

    private static boolean isOfKey(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
    }

    public static String hash(String key) {
        return HexFormat.of().formatHex(sha256(key));
    }

    public static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        }
        catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }
}
