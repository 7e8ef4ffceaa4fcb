package dev.tollgate.logging;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;

import dev.tollgate.logging.KnownSecrets.Spans;

/**
 * Cuts secrets out of text. Every log event passes through here as it is made, and every reply of an upstream and every error
 * on its way to a caller.
 *
 * <p>A <em>known</em> secret is cut wherever it stands, escaped or in Base64. So only what is certainly a secret may be made
 * known: what came from the environment, the database or a token endpoint's answer, or what this gateway issued or has
 * verified. What a caller merely claims is none: whoever sends {@code application/json} as a key would have that cut from
 * every answer to everybody.
 *
 * <p>A <em>marked</em> one is a secret by its looks, as its issuer made it: {@code xai-}, {@code AIza}, {@code Atza|},
 * {@code Atzr|}, {@code Atz.sprdt|}, {@code Atc|}, {@code amzn1.oa2-cs}, {@code tg_}. A <em>named</em> one stands behind a name such as
 * {@code access_token}.
 *
 * <table>
 * <caption>What is cut where</caption>
 * <tr><th></th><th>known</th><th>marked</th><th>named</th></tr>
 * <tr><td>logs, spans, texts of failures</td><td>yes</td><td>yes</td><td>yes</td></tr>
 * <tr><td>errors (a status of 400 or more) and headers of answers</td><td>yes</td><td>yes</td><td></td></tr>
 * <tr><td>what an upstream delivers</td><td>yes</td><td></td><td></td></tr>
 * <tr><td>what this gateway delivers: a new key, a token</td><td></td><td></td><td></td></tr>
 * </table>
 */
public final class Redactor {

    /** What stands where a secret stood. */
    public static final String CUT = "[cut]";

    /** Secrets that end: at most so many, and so many characters of them. With their forms they take about ten times as much. */
    private static final int MOST_PASSING = 10_000;
    private static final long MOST_CHARACTERS = 2 << 20;

    private static final KnownSecrets KNOWN = new KnownSecrets(MOST_PASSING, MOST_CHARACTERS);

    private Redactor() {
    }

    /**
     * Makes a secret known for the life of this process. For what the environment, the settings or the database hold, never for
     * text of a caller.
     *
     * @param secret null, or shorter than {@value KnownSecrets#MIN_LENGTH} characters, is ignored: so short a text would be cut
     *               out of ordinary words
     */
    public static void register(String secret) {
        KNOWN.add(secret, null);
    }

    /**
     * Makes a secret known until it ends. At most 10,000 of them are remembered, and 2 MB of characters; those that end first
     * are forgotten first.
     *
     * @param end when it is of no use to anybody any more
     */
    public static void register(String secret, Instant end) {
        KNOWN.add(secret, end);
    }

    /** The same text without what is known to be a secret; what only looks like one stays. */
    public static String withoutKnown(String text) {
        return text == null || text.isEmpty() ? text : cutKnown(text);
    }

    /** The same text without known and marked secrets: for errors and headers of answers. */
    public static String withoutSecrets(String text) {
        return text == null || text.isEmpty() ? text : SecretPatterns.cutMarked(cutKnown(text));
    }

    /** {@link #withoutSecrets(String)} of bytes; the very array when there is nothing to cut. */
    public static byte[] withoutSecrets(byte[] bytes) {
        return withoutSecrets(bytes, true);
    }

    /**
     * The same bytes without known secrets; the very array when there is nothing to cut.
     *
     * @param marked whether marked secrets are cut as well, as in errors
     */
    public static byte[] withoutSecrets(byte[] bytes, boolean marked) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String clean = marked ? withoutSecrets(text) : withoutKnown(text);
        return clean.equals(text) ? bytes : clean.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * The same bytes without known secrets, each piece as soon as no secret can begin in it: events of a stream are not held
     * back.
     *
     * @param marked whether marked secrets are cut as well, as in errors
     */
    public static InputStream withoutSecrets(InputStream in, boolean marked) {
        return new CutStream(in, KNOWN, marked);
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
        return SecretPatterns.cut(cutKnown(text));
    }

    /**
     * The same, for a text that may repeat what was sent and is not known to be a secret to everybody.
     *
     * @param also secrets of this text only
     */
    public static String redact(String text, Collection<String> also) {
        String clean = text;
        for (String secret : also) {
            KnownSecrets one = new KnownSecrets(0, 0);
            one.add(secret, null);
            Spans found = new Spans();
            one.find(clean, found);
            clean = found.cut(clean, clean.length());
        }
        return redact(clean);
    }

    private static String cutKnown(String text) {
        Spans found = new Spans();
        KNOWN.find(text, found);
        return found.cut(text, text.length());
    }
}
