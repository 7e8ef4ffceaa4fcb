package dev.tollgate.verdict;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * Turns a key of the existing dictionary into the key that the same question has here.
 *
 * <p>Besides {@code Title | Category | Season | Price}, versions of the system it replaces wrote the bars without spaces,
 * a {@code reasonableness:} before the title, prices with other than two decimals, and blanks around titles. Whatever does not read as exactly
 * four fields with a price at the end stays as it is: which title it meant cannot be known.
 */
final class LegacyKey {

    private static final String PREFIX = "reasonableness:";
    private static final Pattern SPACED_BAR = Pattern.compile(" | ", Pattern.LITERAL);
    private static final Pattern TIGHT_BAR = Pattern.compile("|", Pattern.LITERAL);
    private static final Pattern PRICE = Pattern.compile("[0-9]{1,12}(\\.[0-9]{1,20})?");

    private LegacyKey() {
    }

    static VerdictKey translate(String key) {
        if (isOrdinary(key)) {
            return new VerdictKey(key);
        }
        String fields = key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
        VerdictKey spaced = fourFields(SPACED_BAR.split(fields, -1));
        VerdictKey found = spaced != null ? spaced : fourFields(TIGHT_BAR.split(fields, -1));
        return found != null ? found : new VerdictKey(key);
    }

    /** The common case, seen without taking the key apart: four plain fields and a price with two decimals. */
    private static boolean isOrdinary(String key) {
        if (key.indexOf("  ") >= 0 || !isPlain(key)) {
            return false;
        }
        int bars = 0;
        for (int at = key.indexOf('|'); at >= 0; at = key.indexOf('|', at + 1)) {
            if (at == 0 || at > key.length() - 6 || key.charAt(at - 1) != ' ' || key.charAt(at + 1) != ' ') {
                return false;
            }
            bars++;
        }
        int priceAt = key.lastIndexOf(' ') + 1;
        int point = key.length() - 3;
        boolean price = point > priceAt && point - priceAt <= 12 && key.charAt(point) == '.';
        for (int at = priceAt; price && at < key.length(); at++) {
            price = at == point || key.charAt(at) >= '0' && key.charAt(at) <= '9';
        }
        boolean leadingZero = price && key.charAt(priceAt) == '0' && point - priceAt > 1;
        return price && !leadingZero && bars == 3 && key.charAt(priceAt - 2) == '|' && key.indexOf('\\') < 0 && !key.startsWith(PREFIX);
    }

    /** Nothing that has several normal forms, and no blank but the ordinary one, which stands at neither end. */
    private static boolean isPlain(String key) {
        for (int at = 0; at < key.length(); at++) {
            if (key.charAt(at) > '~' || key.charAt(at) < ' ') {
                return false;
            }
        }
        return !key.startsWith(" ");
    }

    private static VerdictKey fourFields(String[] fields) {
        return fields.length == 4 && PRICE.matcher(fields[3]).matches()
                ? VerdictKey.of(VerdictKey.field(fields[0]), VerdictKey.field(fields[1]), VerdictKey.field(fields[2]),
                        new BigDecimal(fields[3])) : null;
    }
}
