package dev.tollgate.gateway;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Numbers that upstreams tell, kept within what can be true: one absurd figure shall neither overflow a sum, nor hold calls
 * back for ever, nor be lost. Every number of a reply that is counted with comes through here or has bounds of its own.
 */
public final class Plausible {

    /** Tokens of one model call: twice the largest context window that these upstreams offer, which is two million. */
    public static final long MOST_TOKENS = 4_000_000;

    /** The price of one call in 1/10,000,000,000 US dollar: a thousand dollars, which no call costs. */
    public static final long MOST_TICKS = 10_000_000_000_000L;

    /** A count of any other kind, tokens of a budget for example; a thousand million of them add up without overflow. */
    public static final long MOST_COUNT = 1_000_000_000L;

    /** The longest wait that an upstream may ask for: quotas are counted by the day at most. */
    public static final Duration LONGEST_WAIT = Duration.ofDays(1);

    /** The longest life of an access token: an hour is usual, a day the longest that authorization servers give. */
    public static final Duration LONGEST_TOKEN_LIFE = Duration.ofDays(1);

    private static final int MOST_DIGITS = 400;
    private static final int SHOWN = 40;

    private Plausible() {
    }

    /**
     * A count as it may be used.
     *
     * @param value 0..the bound
     * @param odd   what the upstream said, shortened, where it cannot be true or is no count; null otherwise
     */
    public record Count(long value, String odd) {

        private static final Count NOTHING = new Count(0, null);

        public boolean isOdd() {
            return odd != null;
        }
    }

    /**
     * Reads a count: a greater number than the bound counts as the bound, a fraction is rounded up, and what is
     * negative or no number counts as 0. All of these are odd. A number in quotes is one (proto-JSON allows it), and one that
     * is not there is 0.
     */
    public static Count count(JsonNode told, long most) {
        if (told.isMissingNode() || told.isNull()) {
            return Count.NOTHING;
        }
        if (told.isIntegralNumber() && told.canConvertToLong() && told.longValue() >= 0 && told.longValue() <= most) {
            return new Count(told.longValue(), null);
        }
        BigDecimal number = number(told);
        boolean quoted = told.isTextual() && number != null && number.scale() == 0 && number.signum() >= 0
                && number.compareTo(BigDecimal.valueOf(most)) <= 0;
        return new Count(bounded(number, most), quoted ? null : shown(told));
    }

    /** A number in a text (a header, a field of any kind) between two bounds, rounded down; null for what is no number. */
    public static Long within(String text, long least, long most) {
        BigDecimal number = parse(text);
        if (number == null) {
            return null;
        }
        long digits = number.precision() - (long) number.scale();
        if (digits > 18) {
            return number.signum() < 0 ? least : most;
        }
        BigDecimal floor = digits < 0 ? BigDecimal.valueOf(Math.min(0, number.signum())) : number.setScale(0, RoundingMode.FLOOR);
        return floor.max(BigDecimal.valueOf(least)).min(BigDecimal.valueOf(most)).longValue();
    }

    /** The wait, or {@link #LONGEST_WAIT} where it is longer. */
    public static Duration wait(Duration asked) {
        return asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
    }

    /** Two counts of 0 or more together; a sum that would overflow stays at the greatest number. */
    public static long add(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** Never expands an exponent: 1e999999999 is a number too. */
    private static long bounded(BigDecimal number, long most) {
        if (number == null || number.signum() <= 0) {
            return 0;
        }
        long digits = number.precision() - (long) number.scale();
        if (digits > 18) {
            return most;
        }
        return digits < 0 ? 1 : number.setScale(0, RoundingMode.CEILING).min(BigDecimal.valueOf(most)).longValue();
    }

    private static BigDecimal number(JsonNode told) {
        if (told.isDouble() || told.isFloat()) {
            double value = told.doubleValue();
            return Double.isNaN(value) ? null : BigDecimal.valueOf(Math.max(-1e300, Math.min(1e300, value)));
        }
        return told.isNumber() ? told.decimalValue() : told.isTextual() ? parse(told.asText()) : null;
    }

    private static BigDecimal parse(String text) {
        try {
            String stripped = text == null ? "" : text.strip();
            return stripped.isEmpty() || stripped.length() > MOST_DIGITS ? null : new BigDecimal(stripped);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private static String shown(JsonNode told) {
        String text = told.isContainerNode() ? told.getNodeType().toString().toLowerCase(Locale.ROOT) : told.asText();
        return text.isEmpty() ? "an empty text" : text.replaceAll("\\p{Cntrl}", " ").substring(0, Math.min(SHOWN, text.length()));
    }
}
