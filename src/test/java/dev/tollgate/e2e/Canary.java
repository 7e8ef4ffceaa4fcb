package dev.tollgate.e2e;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * A secret that was planted to see where it turns up. It has no shape by which it could be known for one.
 *
 * @param name where it was planted
 * @param secret its text, at least 8 characters
 */
record Canary(String name, String secret) {

    static Canary in(String name) {
        return new Canary(name, name.replaceAll("\\W", "") + "Canary" + Long.toHexString(System.nanoTime()));
    }

    /** Whether a text holds it: as it is, URL-encoded or in Base64. */
    boolean isIn(String text) {
        return List.of(secret, URLEncoder.encode(secret, StandardCharsets.UTF_8), base64(secret)).stream().anyMatch(text::contains);
    }

    private static String base64(String text) {
        return Base64.getEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return name;
    }
}
