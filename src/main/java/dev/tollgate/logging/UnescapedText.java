package dev.tollgate.logging;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text as it reads behind one layer of escapes, each character with its place in the original: percent-encoding, the
 * escapes of JSON and JavaScript, the references of HTML, and the zero bytes by which UTF-16 looks like Latin text.
 */
final class UnescapedText {

    /** How many layers are looked through: an error that quotes a URL in JSON in a log in JSON has three. */
    private static final int MOST_LAYERS = 4;

    private static final Pattern UNFINISHED = Pattern.compile("(?:%(?:25){0,3}+[0-9A-Fa-f]?|\\\\++(?:u[0-9A-Fa-f]{0,3}|x[0-9A-Fa-f]?)?"
            + "|&(?:amp;){0,3}+(?:#?[0-9A-Za-z]{0,6})?)$");
    private static final int LONGEST_ESCAPE = 40;

    private static final Map<String, Character> NAMED = Map.of("amp", '&', "lt", '<', "gt", '>', "quot", '"', "apos", '\'');
    private static final int LONGEST_NAME = 8;
    private static final int HEX = 16;

    private final String text;
    private final int[] begins;
    private final int[] ends;
    private final int layer;

    private UnescapedText(String text, int[] begins, int[] ends, int layer) {
        this.text = text;
        this.begins = begins;
        this.ends = ends;
        this.layer = layer;
    }

    /** Null for a text without escapes. */
    static UnescapedText of(String text) {
        return new Reader(text, null).read(1);
    }

    /** Behind one more layer; null when there is none, or too many. */
    UnescapedText again() {
        return again(text.length());
    }

    /** The same of the first {@code length} characters only. */
    UnescapedText again(int length) {
        return layer == MOST_LAYERS ? null : new Reader(text.substring(0, length), this).read(layer + 1);
    }

    String text() {
        return text;
    }

    /** Where in the original a character begins. */
    int begin(int at) {
        return begins[at];
    }

    /** Where in the original a character ends. */
    int end(int at) {
        return ends[at];
    }

    /** How much of a text that goes on ends with no escape cut in two. */
    static int wholeEscapes(String text) {
        int from = Math.max(0, text.length() - LONGEST_ESCAPE);
        Matcher unfinished = UNFINISHED.matcher(text).region(from, text.length());
        return unfinished.find() ? unfinished.start() : text.length();
    }

    private static final class Reader {

        private final String in;
        private final UnescapedText inner;
        private int next;

        Reader(String in, UnescapedText inner) {
            this.in = in;
            this.inner = inner;
        }

        UnescapedText read(int layer) {
            if (!mayHoldEscapes()) {
                return null;
            }
            StringBuilder out = new StringBuilder(in.length());
            int[] begins = new int[in.length()];
            int[] ends = new int[in.length()];
            for (int at = 0; at < in.length(); at = next) {
                int character = character(at);
                if (character >= 0) {
                    begins[out.length()] = inner == null ? at : inner.begin(at);
                    ends[out.length()] = inner == null ? next : inner.end(next - 1);
                    out.append((char) character);
                }
            }
            return out.length() == in.length() ? null : new UnescapedText(out.toString(), begins, ends, layer);
        }

        private boolean mayHoldEscapes() {
            for (int at = 0; at < in.length(); at++) {
                char c = in.charAt(at);
                if (c == '%' || c == '\\' || c == '&' || c == 0) {
                    return true;
                }
            }
            return false;
        }

        /** The character at a place, after which {@link #next} is the place of the next one; -1 for none. */
        private int character(int at) {
            char c = in.charAt(at);
            next = at + 1;
            return switch (c) {
                case 0 -> -1;
                case '%' -> hex(at + 1, 2, c);
                case '\\' -> next == in.length() ? c : backslash(at);
                case '&' -> reference(at);
                default -> c;
            };
        }

        private int backslash(int at) {
            char kind = in.charAt(at + 1);
            if (kind == 'u' || kind == 'x') {
                int character = hex(at + 2, kind == 'u' ? 4 : 2, -1);
                if (character >= 0) {
                    return character;
                }
            }
            next = at + 2;
            return kind;
        }

        private int hex(int from, int digits, int otherwise) {
            int value = 0;
            for (int at = from; at < from + digits; at++) {
                int digit = at < in.length() ? Character.digit(in.charAt(at), HEX) : -1;
                if (digit < 0) {
                    return otherwise;
                }
                value = value * HEX + digit;
            }
            next = from + digits;
            return value;
        }

        private int reference(int at) {
            int end = in.indexOf(';', at);
            if (end < 0 || end - at > LONGEST_NAME || end == at + 1) {
                return '&';
            }
            String name = in.substring(at + 1, end);
            int character = name.charAt(0) == '#' ? number(name.substring(1)) : NAMED.getOrDefault(name, '\0');
            if (character <= 0) {
                return '&';
            }
            next = end + 1;
            return character;
        }

        private static int number(String digits) {
            try {
                return digits.startsWith("x") || digits.startsWith("X") ? Integer.parseInt(digits.substring(1), HEX)
                        : Integer.parseInt(digits);
            } catch (NumberFormatException notOne) {
                return 0;
            }
        }
    }
}
