package dev.tollgate.queue;

import dev.tollgate.budget.Price;

/**
 * What the price list says about one call.
 *
 * @param shape         endpoint and the parameters that change its price per unit; calls of one shape cost alike
 * @param units         how many things are asked for (ASINs, sellers, trackings), 1 or more
 * @param expectedMilli what the whole call probably costs, milli-tokens
 * @param bound         what the whole call costs at most, whole tokens
 */
public record Quote(String shape, int units, long expectedMilli, long bound) {

    /** @throws IllegalArgumentException without a unit, or when the bound is below what is expected */
    public Quote {
        if (units < 1 || expectedMilli < 0 || bound * 1000 < expectedMilli) {
            throw new IllegalArgumentException("Not a quote: " + shape + ", " + units + " units, "
                    + expectedMilli + " milli-tokens, at most " + bound);
        }
    }

    /** A price that is certain. */
    public static Quote fixed(String shape, long tokens) {
        return new Quote(shape, 1, tokens * 1000, tokens);
    }

    /** The list price, before anything was learned. */
    public Price price() {
        long most = Math.min(bound, Price.MAX);
        return new Price(Math.min(most, (expectedMilli + 999) / 1000), most);
    }
}
