package dev.tollgate.spapi;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How often an operation may be called: a token bucket.
 *
 * @param nanosPerCall nanoseconds until one more call is permitted, at least 1
 * @param burst        calls that a full bucket permits at once, at least 1
 */
public record OperationRate(long nanosPerCall, int burst) {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,9})?");
    private static final BigDecimal SECOND = BigDecimal.valueOf(1_000_000_000L);
    private static final BigDecimal SLOWEST = new BigDecimal("0.0001");
    private static final BigDecimal FASTEST = BigDecimal.valueOf(10_000);

    public OperationRate {
        if (nanosPerCall < 1 || burst < 1) {
            throw new IllegalArgumentException("A rate needs a positive interval and burst");
        }
    }

    /** So many calls for each stretch of time. */
    public static OperationRate of(int calls, Duration per, int burst) {
        return new OperationRate(per.toNanos() / calls, burst);
    }

    /**
     * The same burst at the rate that Amazon says it applied.
     *
     * @param header {@code x-amzn-RateLimit-Limit}, calls a second; null or anything that is no sane number changes nothing
     * @see <a href="https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits">Amazon: Usage Plans and Rate
     *      Limits</a>
     */
    public OperationRate limitedTo(String header) {
        if (header == null || !NUMBER.matcher(header.strip()).matches()) {
            return this;
        }
        BigDecimal rate = new BigDecimal(header.strip());
        if (rate.compareTo(SLOWEST) < 0 || rate.compareTo(FASTEST) > 0) {
            return this;
        }
        return new OperationRate(SECOND.divide(rate, 0, RoundingMode.UP).longValueExact(), burst);
    }
}
