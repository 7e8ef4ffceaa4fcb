package dev.tollgate.upstream;

/** Cuts the long texts of JSON that comes in pieces, where that leaves JSON: between characters, before the closing quote. */
final class ShortTexts {

    private static final int HEX_DIGITS = 4;

    private final int longest;
    private byte[] out = new byte[0];
    private int length;
    private boolean inText;
    private boolean cut;
    private boolean escaped;
    private int hexDigitsLeft;
    private int textLength;

    /** @param longest bytes of a text that stay */
    ShortTexts(int longest) {
        this.longest = longest;
    }

    /** @return what stays of a piece, from 0 to {@link #length()}; the array is used again by the next call */
    byte[] shorten(byte[] buffer, int offset, int count) {
        if (out.length < count) {
            out = new byte[count];
        }
        length = 0;
        for (int at = offset; at < offset + count; at++) {
            if (stays(buffer[at])) {
                out[length++] = buffer[at];
            }
        }
        return out;
    }

    /** Bytes of what stays of the last piece. */
    int length() {
        return length;
    }

    boolean isInText() {
        return inText;
    }

    /** Something new begins. */
    void reset() {
        inText = false;
    }

    private boolean stays(byte b) {
        if (!inText) {
            if (b == '"') {
                inText = true;
                cut = false;
                escaped = false;
                hexDigitsLeft = 0;
                textLength = 0;
            }
            return true;
        }
        if (b == '"' && !escaped) {
            inText = false;
            return true;
        }
        cut |= ++textLength > longest && !escaped && hexDigitsLeft == 0 && (b & 0xc0) != 0x80;
        hexDigitsLeft = escaped && b == 'u' ? HEX_DIGITS : Math.max(0, hexDigitsLeft - 1);
        escaped = b == '\\' && !escaped;
        return !cut;
    }
}
