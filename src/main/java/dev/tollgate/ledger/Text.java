package dev.tollgate.ledger;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Strings made to fit their columns. */
final class Text {

    private Text() {
    }

    /** The first {@code max} characters, never half of a surrogate pair and without the NUL that PostgreSQL refuses. */
    static String cut(String text, int max) {
        if (text == null) {
            return null;
        }
        String clean = text.replace('\0', ' ');
        if (clean.length() <= max) {
            return clean;
        }
        return clean.substring(0, Character.isHighSurrogate(clean.charAt(max - 1)) ? max - 1 : max);
    }

    static String cutOr(String text, int max, String otherwise) {
        return text == null || text.isBlank() ? otherwise : cut(text, max);
    }

    /** A key that fits: cutting could make two keys one, so a longer one is replaced by its name-based UUID. */
    static String key(String key, int max) {
        if (key == null || key.isBlank()) {
            throw new IllegalArgumentException("callId is missing");
        }
        return key.length() <= max ? key : UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** {@code text~suffix}, the text cut so that the whole fits. */
    static String suffixed(String text, String suffix, int max) {
        return cut(text, max - suffix.length() - 1) + "~" + suffix;
    }
}
