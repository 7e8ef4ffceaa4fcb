package dev.tollgate.budget;

/**
 * What a call is thought to cost before it is sent, in whole tokens. The true price is known only from the reply.
 *
 * @param expected what it will probably cost, 0..{@link #MAX}; this much is set aside while the call is in flight
 * @param bound    what it costs at most, {@code expected}..{@link #MAX}; calls in flight must leave the upstream's meter
 *                 positive even when each of them costs its bound, so that the next one is not refused
 */
public record Price(long expected, long bound) {

    /** More than any bucket holds; keeps sums of prices far from overflow. */
    public static final long MAX = 1_000_000_000L;

    /** @throws IllegalArgumentException when the figures are not 0 ≤ expected ≤ bound ≤ {@link #MAX} */
    public Price {
        if (expected < 0 || bound < expected || bound > MAX) {
            throw new IllegalArgumentException("A price needs 0 <= expected <= bound <= " + MAX
                    + ", not " + expected + " and " + bound);
        }
    }

    /** A price that is certain. */
    public static Price exactly(long tokens) {
        return new Price(tokens, tokens);
    }
}
