package dev.tollgate.spapi;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * Gives every call to Amazon its turn: a token bucket for each (application, seller, operation), as Amazon counts, and one
 * limit for each application over all of them. A turn is given out once, in the order of asking; who does not use it
 * wastes it.
 *
 * <p>Take the turn, wait, get the access token, ask to depart, then call: a token taken before the wait may end during it,
 * and a call that was held up since its turn meets those behind it, so departures are counted once more.
 *
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits">Amazon: Usage Plans and Rate
 *      Limits</a>
 */
public final class RatePacer {

    private static final int MOST_BUCKETS = 50_000;

    private record Key(String application, String seller, String operation) {
    }

    /** Turns given out, ahead of time; and those used, as the calls left. */
    private record Bucket(Turns given, Turns used) {

        Bucket both(UnaryOperator<Turns> event) {
            return new Bucket(event.apply(given), event.apply(used));
        }
    }

    private final OperationRates rates;
    private final int applicationRate;
    private final Duration maxWait;
    private final LongSupplier ticker;
    private final long origin;
    /** Bound: 50,000; a seller's id has 64 characters and an operation's name 200 at most. */
    private final Map<Key, Bucket> buckets = new HashMap<>();
    /** Bound: the applications of this gateway: one, or those of the settings. */
    private final Map<String, Crowd> crowds = new HashMap<>();

    /**
     * @param applicationRate calls a second for each application, at least 1
     * @param maxWait         a call that would wait longer is denied at once
     * @param ticker          nanoseconds that never go back, such as {@link System#nanoTime}
     */
    public RatePacer(OperationRates rates, int applicationRate, Duration maxWait, LongSupplier ticker) {
        this.rates = rates;
        this.applicationRate = applicationRate;
        this.maxWait = maxWait;
        this.ticker = ticker;
        this.origin = ticker.getAsLong();
    }

    /** A turn for one call, no later than max-wait. */
    public Pace take(String application, String seller, String operation) {
        return take(application, seller, operation, maxWait);
    }

    /** A turn for one call, no later than {@code patience}, which at most is max-wait. */
    public synchronized Pace take(String application, String seller, String operation, Duration patience) {
        long now = now();
        Key key = new Key(application, seller, operation);
        Pace pace = look(key, patience, now);
        if (pace.admitted()) {
            long at = now + pace.delay().toNanos();
            crowd(application).take(at);
            Bucket bucket = bucket(key, now);
            buckets.put(key, new Bucket(bucket.given().taken(at), bucket.used()));
        }
        return pace;
    }

    /** What {@link #take} would say now; takes no turn. */
    public synchronized Pace look(String application, String seller, String operation) {
        return look(new Key(application, seller, operation), maxWait, now());
    }

    private Pace look(Key key, Duration patience, long now) {
        long latest = now + Math.min(patience.toNanos(), maxWait.toNanos());
        long own = bucket(key, now).given().next(now);
        long at = own > latest ? own : crowd(key.application()).next(own);
        return at < 0 || at > latest ? Pace.deny((at < 0 ? latest : at) - now) : Pace.go(at - now);
    }

    private Crowd crowd(String application) {
        return crowds.computeIfAbsent(application, name -> new Crowd(applicationRate, maxWait.toNanos()));
    }

    /**
     * Whether a call whose turn has come may leave at this moment, and if so, that it does. Whoever is told to wait asks
     * again.
     */
    public synchronized Pace depart(String application, String seller, String operation) {
        long now = now();
        Key key = new Key(application, seller, operation);
        Bucket bucket = bucket(key, now);
        long at = bucket.used().next(now);
        if (at > now) {
            return Pace.deny(at - now);
        }
        buckets.put(key, new Bucket(bucket.given(), bucket.used().taken(now)));
        return Pace.go(0);
    }

    /**
     * Notes an answer other than 429.
     *
     * @param rateLimit its {@code x-amzn-RateLimit-Limit}, which Amazon sends with 20x, 400 and 404 only; null without
     */
    public synchronized void answered(String application, String seller, String operation, String rateLimit) {
        UnaryOperator<OperationRate> learned = rate -> rates.publishes(operation) ? rate.limitedTo(rateLimit) : rate.learnedFrom(rateLimit);
        buckets.computeIfPresent(new Key(application, seller, operation), (key, bucket) -> bucket.both(turns -> turns.answered(learned)));
    }

    /** Notes a 429: calls of this bucket wait, longer with every 429 in a row. */
    public synchronized void refused(String application, String seller, String operation) {
        long now = now();
        Key key = new Key(application, seller, operation);
        buckets.put(key, bucket(key, now).both(turns -> turns.refused(now)));
    }

    private Bucket bucket(Key key, long now) {
        Bucket known = buckets.get(key);
        if (known != null) {
            return known;
        }
        if (buckets.size() >= MOST_BUCKETS) {
            buckets.values().removeIf(bucket -> bucket.given().idleAt(now) && bucket.used().idleAt(now));
        }
        if (buckets.size() >= MOST_BUCKETS) {
            buckets.remove(buckets.keySet().iterator().next()); // Amazon still counts it, and says so
        }
        Turns untouched = Turns.of(rates.of(key.operation()));
        return new Bucket(untouched, untouched);
    }

    private long now() {
        return ticker.getAsLong() - origin;
    }
}
