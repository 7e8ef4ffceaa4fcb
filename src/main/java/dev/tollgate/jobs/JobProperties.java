package dev.tollgate.jobs;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import dev.tollgate.settings.SettingException;

/**
 * Bounds on jobs, so that no caller can make them grow without end. An item takes some 20 bytes of memory while its job has
 * not ended, and none afterwards.
 *
 * @param maxItems most items (ASINs, each once) of one order; more are answered with 413
 * @param maxOpen most jobs of one key that have not ended, queued ones included; more are answered with 429. What the
 *        operator orders (admin key, loopback, inbox, schedule) counts as one key
 * @param maxOpenItems most items of all jobs together that have not ended; more are answered with 429
 * @param keepFor how long a job and its results are kept after its end
 * @param maxKept most ended jobs of one key that are kept; of more the oldest go before their time
 * @param maxSharedSize most bytes of all results together, compressed, where several nodes keep them in the database; while there
 *        are as many an order is answered with 507, and nothing is bought for those that there are
 * @param maxFileSize largest list file, in the inbox or named by a schedule, that is read
 * @param inboxQuiet how long a file in the inbox must stand still before it is taken
 */
@ConfigurationProperties("tollgate.jobs")
public record JobProperties(@DefaultValue("100000") int maxItems, @DefaultValue("100") int maxOpen,
        @DefaultValue("1000000") int maxOpenItems, @DefaultValue("30d") Duration keepFor,
        @DefaultValue("10000") int maxKept, @DefaultValue("10GB") DataSize maxSharedSize, @DefaultValue("32MB") DataSize maxFileSize,
        @DefaultValue("10s") Duration inboxQuiet) {

    /** Beyond this an order's list would not fit one array of the size that its lookup needs. */
    private static final int MOST_ITEMS = 10_000_000;

    /** @throws SettingException for a bound that allows nothing, or more than can be held */
    public JobProperties {
        require(maxItems > 0 && maxItems <= MOST_ITEMS, "max-items", "must be 1 to " + MOST_ITEMS);
        require(maxOpen > 0, "max-open", "must be at least 1");
        require(maxOpenItems >= maxItems, "max-open-items", "must be at least tollgate.jobs.max-items");
        require(!keepFor.isNegative() && !keepFor.isZero(), "keep-for", "must be longer than nothing");
        require(maxKept > 0, "max-kept", "must be at least 1");
        require(maxSharedSize.toBytes() > 0, "max-shared-size", "must be at least 1B");
        require(maxFileSize.toBytes() > 0 && maxFileSize.toMegabytes() <= 1024, "max-file-size", "must be 1B to 1GB");
        require(!inboxQuiet.isNegative(), "inbox-quiet", "must be 0s or more");
    }

    private static void require(boolean holds, String key, String what) {
        if (!holds) {
            throw new SettingException("tollgate.jobs." + key + " " + what, "Correct it, or leave it out for its default.");
        }
    }
}
