package dev.tollgate.logging;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a secret looks like when nobody told us: a table of shapes. Each has a word that its text must contain, which keeps
 * the expressions off ordinary lines; repetitions are possessive, so that no text makes them slow or deep.
 */
final class SecretPatterns {

    /** @param hint    lower-case text without which the shape cannot be there
     *  @param keep    the expression's part that stays, as a replacement */
    private record Shape(String hint, Pattern pattern, String keep) {

        static Shape whole(String hint, String regex) {
            return new Shape(hint, Pattern.compile(regex), "");
        }

        /** The name stays, the value behind it goes; either may be quoted, escaped or URL-encoded. */
        static Shape named(String hint, String names) {
            return new Shape(hint, Pattern.compile("(?i)((?:" + names + ")" + QUOTE + "\\s*+(?:[:=]|%3A|%3D)\\s*+(?:\\[\\s*+)?+"
                    + QUOTE + ")(?:(?<=\")[^\"]++|(?<=')[^']++|" + BARE + ")"), "$1");
        }
    }

    private static final String QUOTE = "(?:\\\\*+[\"']|%22)?+";
    private static final String BARE = "(?:(?!%26|%22)[^\\s\"'\\\\&,;<>(){}\\[\\]])++";

    private static final String BAR = "(?:\\||%7[Cc]|\\\\u007[Cc])";

    private static final List<Shape> NAMED = List.of(
            new Shape("authorization", Pattern.compile("(?i)(authorization\\\\*+[\"']?\\s*+[:=]\\s*+\\[?\\\\*+[\"']?)"
                    + "(?:(?:bearer|basic|negotiate)\\s++)?+" + BARE), "$1"),
            new Shape("bearer", Pattern.compile("(?i)\\b(bearer(?:\\s++|%20|\\+))" + BARE), "$1"),
            Shape.named("api", "x-goog-api-key|x-api-key|api[_-]?key"),
            Shape.named("x-amz", "x-amz-(?:access-token|security-token)"),
            Shape.named("secret", "client_?secret"),
            Shape.named("token", "(?:refresh|access|id)_?token"),
            Shape.named("oauth_code", "spapi_oauth_code"),
            Shape.named("password", "password"),
            new Shape("key", Pattern.compile("(?i)((?:[?&]|%3F|%26|^)key(?:=|%3D))" + BARE), "$1"),
            new Shape("key=", Pattern.compile("(?i)(\\bkey=)"
                    + "(?:[A-Za-z0-9_-]{16,}+|(?=[A-Za-z_-]{0,100}[0-9])[A-Za-z0-9_-]{8,}+)"), "$1"));

    /** What issuers mark as theirs: these are secrets wherever they stand. */
    private static final List<Shape> MARKED = List.of(
            Shape.whole("aiza", "AIza[0-9A-Za-z_-]++"),
            Shape.whole("tg_", "\\btg_[0-9A-Za-z_-]{6,}+"),
            Shape.whole("atz", "Atz(?:[ar]|\\.sprdt)" + BAR + BARE),
            Shape.whole("atc", "Atc" + BAR + BARE),
            Shape.whole("xai-", "\\bxai-(?:[0-9A-Za-z]{16,}+|(?=[0-9A-Za-z_-]{0,100}[0-9])[0-9A-Za-z_-]{8,}+)[0-9A-Za-z_-]*+"),
            Shape.whole("amzn1.oa2-cs", "amzn1\\.oa2-cs\\.v1\\.[0-9A-Za-z]++"));

    private SecretPatterns() {
    }

    static String cut(String text) {
        return cut(MARKED, cut(NAMED, text));
    }

    /** Only what its issuer has marked; a value stays that merely stands behind a telling name. */
    static String cutMarked(String text) {
        return cut(MARKED, text);
    }

    private static String cut(List<Shape> shapes, String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        String result = text;
        for (Shape shape : shapes) {
            if (lower.contains(shape.hint())) {
                result = shape.pattern().matcher(result).replaceAll(shape.keep() + Redactor.CUT);
            }
        }
        return result;
    }
}
