package dev.tollgate.keepa;

import java.net.URI;
import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import dev.tollgate.kit.BucketSettings;
import dev.tollgate.kit.Kit;

/**
 * The knobs of the Keepa policy, {@code tollgate.keepa.*}.
 *
 * @param baseUrl    upstream of {@code /keepa}
 * @param refillRate tokens a minute until the first reply tells, 1 or more
 * @param capacity   whole tokens the bucket holds until the first reply tells; 0 stands for an hour of refill
 * @param maxDeficit 0: a call waits until the balance covers its estimate; n: it starts as soon as the balance is positive
 *                   and the expected end is not below -n
 * @param maxWait    an interactive call that would wait longer is denied at once, with the true wait
 * @param tick       how often the upstream refills: a minute at Keepa, less in the sandbox
 * @param maxWaiting callers that may wait at once, the excess is denied; 0 stands for 10,000 on JDK 21 and newer, where a
 *                   caller takes about 20 KB of heap, and 400 where each of them holds one of the web server's threads
 * @param responseTimeout how long a call may take as a whole, to the answer's last byte; one with many offers takes 20 seconds
 * @param lease      how long a reservation counts that nobody settles, after a crash for example; longer than a call takes
 * @param anchorAfter {@code /token} is asked once at the start, and then only after so long a silence
 * @param anchorPatience how long calls wait at the start for the balance that {@code /token} tells; then they go without it
 */
@ConfigurationProperties("tollgate.keepa")
public record KeepaProperties(@DefaultValue("https://api.keepa.com") URI baseUrl, @DefaultValue("5") int refillRate,
        @DefaultValue("0") int capacity, @DefaultValue("0") int maxDeficit, @DefaultValue("100s") Duration maxWait,
        @DefaultValue("60s") Duration tick, @DefaultValue("0") int maxWaiting,
        @DefaultValue("120s") Duration responseTimeout, @DefaultValue("3m") Duration lease,
        @DefaultValue("30m") Duration anchorAfter, @DefaultValue("10s") Duration anchorPatience) {

    /** @throws IllegalArgumentException naming the key that is out of its bounds */
    public KeepaProperties {
        require(refillRate >= 1, "refill-rate", "1 or more", refillRate);
        require(capacity >= 0, "capacity", "0 or more", capacity);
        require(maxDeficit >= 0, "max-deficit", "0 or more", maxDeficit);
        require(!maxWait.isNegative(), "max-wait", "0s or more", maxWait);
        require(tick.toMillis() >= 1, "tick", "1ms or more", tick);
        require(maxWaiting >= 0, "max-waiting", "0 or more", maxWaiting);
        require(responseTimeout.toMillis() >= 1, "response-timeout", "1ms or more", responseTimeout);
        require(lease.compareTo(responseTimeout) > 0, "lease", "longer than response-timeout", lease);
        require(anchorAfter.toMillis() >= 1, "anchor-after", "1ms or more", anchorAfter);
        require(!anchorPatience.isNegative(), "anchor-patience", "0s or more", anchorPatience);
    }

    /** The same numbers as the route gives them to its bucket. */
    public BucketSettings bucket() {
        long holds = capacity == 0 ? 60L * refillRate : capacity;
        return new BucketSettings(refillRate, Duration.ofMinutes(1), tick, holds, maxDeficit, maxWait, mostWaiting(), lease, true, true);
    }

    /** How many may wait at once on this Java. */
    public int mostWaiting() {
        return maxWaiting > 0 ? maxWaiting : Kit.mostWaiting();
    }

    private static void require(boolean holds, String key, String bounds, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("tollgate.keepa." + key + " must be " + bounds + ", not " + value);
        }
    }
}
