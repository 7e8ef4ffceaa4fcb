package dev.tollgate.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Ways to write a path that a guard and what it guards might read differently. */
public final class PathSpellings {

    /** What needs a key, an API's own key, the admin key, or none. */
    public static final List<String> PROTECTED = List.of("/auth/o2/token", "/admin/keys", "/admin/keys/1a2b", "/admin/tokens/1",
            "/actuator/prometheus", "/actuator/env", "/actuator/health", "/keepa/product", "/xai/v1/chat/completions",
            "/gemini/v1beta/models/m:generateContent", "/sp-api/listings/2021-08-01/items/A/SKU", "/extract", "/token/status",
            "/judge", "/learn", "/connect", "/callback", "/sellers", "/jobs/1/results", "/status", "/sandbox/keepa/product", "/");

    private static final List<String> INSERTS = List.of(";a=1", ";", ";jsessionid=1", ";a=%2f..", "/", "//", "/.", "/..", "/./", "/../",
            "/..;a=1/", "%2e", "%2E%2e", "/%2e%2e/", "/%2e/", "%2f", "%2F", "%5c", "\\", "%00", "%0d%0a", "%20", "%c0%ae", "%c0%af",
            "%c1%a1", "%e0%80%af", "%ff", "%C3%A9", "%u002f", "%zz", "%", "%2", "%3b", "%3Ba=1", "%3f", "%23", "%252e%252e", "%252f",
            "%e2%80%a8", "?x=/auth/o2/token");

    private PathSpellings() {
    }

    /** One of a path, made by one to four changes; the same for the same seed. */
    public static String of(String path, long seed) {
        Random random = new Random(seed);
        List<String> parts = new ArrayList<>();
        path.chars().forEach(c -> parts.add(String.valueOf((char) c)));
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(parts.size());
            String part = parts.get(at);
            switch (random.nextInt(6)) {
                case 0 -> parts.set(at, encoded(part, random.nextBoolean()));
                case 1 -> parts.set(at, encoded(part, random.nextBoolean()).replace("%", "%25"));
                case 2 -> parts.set(at, random.nextBoolean() ? part.toUpperCase() : part.toLowerCase());
                case 3 -> parts.set(at, overlong(part));
                case 4 -> parts.add(parts.size(), INSERTS.get(random.nextInt(INSERTS.size())));
                default -> parts.add(at, INSERTS.get(random.nextInt(INSERTS.size())));
            }
        }
        return String.join("", parts);
    }

    private static String encoded(String text, boolean upper) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            out.append(String.format(upper ? "%%%02X" : "%%%02x", b));
        }
        return out.toString();
    }

    /** Two bytes for a letter that has one. */
    private static String overlong(String text) {
        char c = text.charAt(0);
        return text.length() > 1 ? text : String.format("%%%02x%%%02x", 0xc0 | c >> 6, 0x80 | c & 0x3f);
    }
}
