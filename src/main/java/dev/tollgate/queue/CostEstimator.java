package dev.tollgate.queue;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.tollgate.budget.Price;

/**
 * Learns what calls of one shape really cost, from {@code tokensConsumed}.
 *
 * <p>Before the first reply a call is expected to cost its list price. Then the price per unit follows the replies as an
 * average that forgets (each reply weighs an eighth, the first ones more), and what is expected is that average plus
 * the average distance from it: slightly more than the truth, because a call that is estimated too low may get the next
 * one refused, while one that is estimated too high only starts a little later. Milli-tokens and integers only, so the
 * same replies always give the same estimates. At most {@link #MOST_SHAPES} shapes are remembered, the least recently
 * used goes first. Safe for use by many threads.
 */
public final class CostEstimator {

    /** More shapes than the parameters of Keepa's endpoints make in practice. */
    public static final int MOST_SHAPES = 512;

    /** From so many replies on what was seen counts more than what the list calls possible. */
    public static final int TRUSTED = 8;

    /** Bound: 512 shapes, made of known parameters. */
    private final Map<String, Learned> shapes = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Learned> eldest) {
            return size() > MOST_SHAPES;
        }
    };

    /**
     * What a call will cost.
     *
     * @param quote the list price of the call
     * @return the expected price, at least 1 when the list price is, and a bound that is never below twice of it nor of
     *         the list price
     */
    public synchronized Price price(Quote quote) {
        Learned learned = shapes.get(quote.shape());
        return learned == null ? bounded(quote, quote.price().expected(), quote.bound()) : learned.price(quote);
    }

    /**
     * Learns from a reply that delivered.
     *
     * @param quote    the list price of the call that was answered
     * @param consumed whole tokens it cost; a negative number teaches nothing
     */
    public synchronized void learn(Quote quote, long consumed) {
        if (consumed >= 0) {
            long sample = Math.min(consumed, Price.MAX) * 1000 / quote.units();
            shapes.merge(quote.shape(), Learned.first(quote, sample), (known, unused) -> known.and(sample));
        }
    }

    /** How many shapes are remembered now. */
    public synchronized int shapes() {
        return shapes.size();
    }

    private static Price bounded(Quote quote, long expected, long most) {
        long capped = Math.min(expected, Price.MAX / 2);
        long twice = 2 * Math.max(capped, quote.price().expected());
        return new Price(capped, Math.min(Price.MAX, Math.max(most, twice)));
    }

    /** What is known of one shape; milli-tokens per unit. The highest price seen is forgotten slowly too. */
    private record Learned(long mean, long distance, long highest, int samples) {

        static Learned first(Quote quote, long sample) {
            return new Learned(quote.expectedMilli() / quote.units(), 0, 0, 0).and(sample);
        }

        Learned and(long sample) {
            int weight = Math.min(samples + 2, 8);
            return new Learned(mean + towards(sample - mean, weight),
                    distance + Math.floorDiv(Math.abs(sample - mean) - distance, weight),
                    Math.max(sample, highest - (highest - mean) / 32), Math.min(samples + 1, TRUSTED));
        }

        /** A part of the way, at least one step, so that a price that never varies is reached exactly. */
        private static long towards(long way, int weight) {
            return (way + Long.signum(way) * (weight - 1L)) / weight;
        }

        /** Whole tokens, rounded up; a tenth of a token is noise. */
        private static long tokens(long milli) {
            return (milli + 899) / 1000;
        }

        Price price(Quote quote) {
            long expected = tokens(quote.units() * (mean + distance));
            long seen = tokens(quote.units() * highest);
            long least = quote.expectedMilli() > 0 ? 1 : 0;
            return bounded(quote, Math.max(least, expected), samples < TRUSTED ? quote.bound() : seen);
        }
    }
}
