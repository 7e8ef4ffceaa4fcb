package dev.tollgate.verdict;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The composite key of the system it replaces: {@code Title | Category | Season | Price}.
 *
 * <p>Keys look exactly as in its file wherever they can be read back only one way. Where a field holds the separator
 * (or the escape itself), {@code \} becomes {@code \\} and {@code |} becomes {@code \|} in every field; no ordinary key
 * holds {@code \|}, so the two forms never meet and two questions never share a key.
 *
 * @param text the key as stored
 */
public record VerdictKey(String text) {

    private static final String SEPARATOR = " | ";
    private static final Pattern AT_SEPARATORS = Pattern.compile(SEPARATOR, Pattern.LITERAL);
    private static final String ESCAPED_BAR = "\\|";
    private static final int MAX_INTEGER_DIGITS = 12;

    /**
     * Composes the key of a question. Fields are taken as they are: no trimming, no change of case.
     *
     * @param price rounded to two decimals as the system it replaces prints a binary fraction: 2.675 is a little less than
     *              that, so it is 2.67
     * @throws IllegalArgumentException when the price has more than 12 digits before the point
     */
    public static VerdictKey of(String title, String category, String season, BigDecimal price) {
        List<String> fields = List.of(title, category, season, twoDecimals(price));
        String plain = String.join(SEPARATOR, fields);
        boolean readsBackOneWay = Arrays.asList(AT_SEPARATORS.split(plain, -1)).equals(fields);
        if (readsBackOneWay && !plain.contains(ESCAPED_BAR)) {
            return new VerdictKey(plain);
        }
        return new VerdictKey(fields.stream()
                .map(field -> field.replace("\\", "\\\\").replace("|", ESCAPED_BAR))
                .collect(Collectors.joining(SEPARATOR)));
    }

    private static String twoDecimals(BigDecimal price) {
        // Looked at before rounding, which would write 1e999999999 out in full.
        long integerDigits = (long) price.precision() - price.scale();
        if (price.signum() == 0 || integerDigits < -2) {
            return "0.00";
        }
        if (integerDigits > MAX_INTEGER_DIGITS) {
            throw new IllegalArgumentException("a price has at most " + MAX_INTEGER_DIGITS + " digits before the point");
        }
        return new BigDecimal(price.doubleValue()).setScale(2, RoundingMode.HALF_EVEN).toPlainString();
    }

    /** A field as it counts in a key: composed characters (Unicode's form C), no blanks around them. */
    public static String field(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return Normalizer.normalize(text.substring(from, to), Normalizer.Form.NFC);
    }

    private static boolean isBlank(char character) {
        return Character.isWhitespace(character) || Character.isSpaceChar(character) || character == '\ufeff';
    }

    @Override
    public String toString() {
        return text;
    }
}
