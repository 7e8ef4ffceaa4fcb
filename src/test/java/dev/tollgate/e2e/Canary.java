package dev.tollgate.e2e;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** Whether a text holds it: as it is, URL-encoded, escaped as in JSON, or in Base64 at any offset. */
    boolean isIn(String text) {
        return Stream.of(secret, URLEncoder.encode(secret, StandardCharsets.UTF_8), each("%%%02X"), each("\\u%04x"), base64(0),
                base64(1), base64(2)).anyMatch(text::contains);
    }

    private String each(String format) {
        return secret.chars().mapToObj(format::formatted).collect(Collectors.joining());
    }

    /** What of its Base64 does not depend on what stands around it. */
    private String base64(int offset) {
        byte[] bytes = (" ".repeat(offset) + secret).getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(bytes).substring((offset * 8 + 5) / 6, bytes.length * 8 / 6);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return name;
    }
}
