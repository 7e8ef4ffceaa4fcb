package dev.tollgate.spapi;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.tollgate.budget.Plan;

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
    private static final int SLOWER = 100;
    private static final long LATE = 400_000_000L;
    /** One part in so many of a burst is kept back at most. */
    private static final int LARGEST_PART = 5;
    /** Over the nanoseconds of an interval: the thousandths of a token that a millisecond brings. */
    private static final long A_MILLISECOND = 1_000_000_000L;
    private static final long MILLISECOND = 1_000_000L;
    private static final int MOST_TRIES = 1000;
    /** One part in so many may be lost by rounding. */
    private static final int TOLERATED = 300;
    private static final int LARGEST_LEARNED = 5;
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

    /** @throws IllegalArgumentException for a rate outside of 0.0001 to 10,000 calls a second, or no burst */
    static OperationRate perSecond(BigDecimal rate, int burst) {
        if (!isSane(rate)) {
            throw new IllegalArgumentException("A rate is 0.0001 to 10000 calls a second");
        }
        return new OperationRate(nanos(rate), burst);
    }

    private static boolean isSane(BigDecimal rate) {
        return rate.compareTo(SLOWEST) >= 0 && rate.compareTo(FASTEST) <= 0;
    }

    private static long nanos(BigDecimal rate) {
        return SECOND.divide(rate, 0, RoundingMode.UP).longValueExact();
    }

    /**
     * The same burst at the rate that Amazon says it applied.
     *
     * @param header {@code x-amzn-RateLimit-Limit}, calls a second; null or anything that is no sane number changes nothing
     * @see <a href="https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits">Amazon: Usage Plans and Rate
     *      Limits</a>
     */
    public OperationRate limitedTo(@Nullable String header) {
        BigDecimal rate = header == null || !NUMBER.matcher(header.strip()).matches() ? BigDecimal.ZERO : new BigDecimal(header.strip());
        return isSane(rate) ? new OperationRate(nanos(rate), burst) : this;
    }

    /**
     * The bucket to keep here, so that Amazon's, which counts arrivals, never refuses: it fills a hundredth slower and holds less by
     * what comes in {@value #LATE} ns, a fifth at most, because what leaves at once does not arrive at once. 200 calls at 5 a second
     * and a burst of 10 so take 38.8 s rather than 38; 15 that may come each minute leave at once.
     */
    Plan plan() {
        long interval = nanosPerCall + nanosPerCall / SLOWER;
        long late = Math.max(0, LATE - nanosPerCall / SLOWER);
        long kept = Math.min(burst * Plan.TOKEN / LARGEST_PART, (late * Plan.TOKEN + interval - 1) / interval);
        long capacity = Math.max(Plan.TOKEN, burst * Plan.TOKEN - kept);
        long tick = Math.max(1, (interval + A_MILLISECOND - 1) / A_MILLISECOND);
        long last = tick + MOST_TRIES;
        while (tick < last && !isExact(tick, interval)) {
            tick++;
        }
        return new Plan((int) (A_MILLISECOND * tick / interval), 0, capacity, tick, Plan.TOKEN * tick);
    }

    /** Whether the whole thousandths of a token that come with each tick come to the rate or hardly less, and a token when it is due. */
    private static boolean isExact(long tick, long interval) {
        long each = A_MILLISECOND * tick / interval;
        long lost = A_MILLISECOND * tick % interval;
        long token = (Plan.TOKEN + each - 1) / each * tick * MILLISECOND;
        return lost * TOLERATED <= A_MILLISECOND * tick && (each >= Plan.TOKEN || token - interval <= interval / TOLERATED);
    }

    /**
     * The rate that Amazon says it applied, and a burst to go with it, which Amazon never says: all its published ones hold
     * what a second permits at least, or {@value #LARGEST_LEARNED} calls.
     */
    OperationRate learnedFrom(@Nullable String header) {
        OperationRate limited = limitedTo(header);
        long second = (SECOND.longValueExact() + limited.nanosPerCall - 1) / limited.nanosPerCall;
        return limited == this ? this : new OperationRate(limited.nanosPerCall, (int) Math.max(burst, Math.min(LARGEST_LEARNED, second)));
    }
}
