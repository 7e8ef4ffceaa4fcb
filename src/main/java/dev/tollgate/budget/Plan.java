package dev.tollgate.budget;

/**
 * How the upstream fills the bucket.
 *
 * @param refillRate    whole tokens a period, 0 or more
 * @param flowReduction milli-tokens a period that running services (Keepa: trackings) take off the refill, 0 or more
 * @param capacity      milli-tokens; what arrives above it expires
 * @param tick          milliseconds between two refills, 1 or more; 60,000 at Keepa
 * @param period        milliseconds for which the rates are given, 1 or more; a minute at Keepa
 */
public record Plan(int refillRate, long flowReduction, long capacity, long tick, long period) {

    /** One token in the unit in which balances are kept. */
    public static final long TOKEN = 1000;

    /** Keepa refills once a minute. */
    public static final long MINUTE = 60_000;

    /** @throws IllegalArgumentException when a figure is out of its bounds */
    public Plan {
        if (refillRate < 0 || flowReduction < 0 || capacity < 0 || tick < 1 || period < 1) {
            throw new IllegalArgumentException("Not a plan: rate " + refillRate + ", flow reduction " + flowReduction
                    + ", capacity " + capacity + ", tick " + tick + ", period " + period);
        }
    }

    /** Rates by the minute. */
    public Plan(int refillRate, long flowReduction, long capacity, long tick) {
        this(refillRate, flowReduction, capacity, tick, MINUTE);
    }

    /** A plan whose unused tokens expire after an hour, as Keepa's do: the bucket holds sixty minutes of refill. */
    public static Plan ofRate(int refillRate, long flowReduction, long tick) {
        return new Plan(refillRate, flowReduction, 60 * TOKEN * refillRate, tick);
    }

    /** What one refill adds, in milli-tokens; 0 when the services in the background eat all of it. */
    public long perTick() {
        return Math.max(0, TOKEN * refillRate - flowReduction) * tick / period;
    }

    /** Milliseconds in which an empty bucket fills; {@link Decision#NEVER} when nothing refills it. */
    public long millisToFill() {
        return perTick() == 0 ? Decision.NEVER : capacity * tick / perTick();
    }
}
