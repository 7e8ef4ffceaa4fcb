package dev.tollgate.logging;

/**
 * Cuts secrets out of text. Every log event passes through here as it is made; anything else that shows text from outside,
 * such as an error of an upstream, may call it too.
 */
public final class Redactor {

    /** What stands where a secret stood. */
    public static final String CUT = "[cut]";

    private static final KnownSecrets KNOWN = new KnownSecrets(2_000);

    private Redactor() {
    }

    /**
     * Remembers a secret for the life of this process, so that it is cut wherever it appears, alone or URL-encoded. The newest
     * 2,000 are remembered.
     *
     * @param secret null, or shorter than {@value KnownSecrets#MIN_LENGTH} characters, is ignored: so short a text would be cut
     *               out of ordinary words
     */
    public static void register(String secret) {
        KNOWN.add(secret);
    }

    /** The same text without what is known to be a secret; what only looks like one stays. */
    public static String withoutKnown(String text) {
        return text == null || text.isEmpty() ? text : KNOWN.cut(text);
    }

    /**
     * The same text without what is known, or looks like, a secret: the text itself when there is nothing to cut.
     *
     * @param text may be null
     */
    public static String redact(String text) {
        if (text == null || text.isEmpty()) {
            return text;
        }
        return SecretPatterns.cut(KNOWN.cut(text));
    }
}
