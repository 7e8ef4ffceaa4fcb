package dev.tollgate.verdict;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a verdict cache is made of.
 *
 * @param dictionary JSON dictionary of the system it replaces, read and never written; the journal stands beside it
 * @param maxEntries answers in memory, 1 or more; beyond it the least used leave memory, never the disk
 * @param timeToLive after which an answer is stale; empty: never
 */
public record CacheSettings(Path dictionary, long maxEntries, Optional<Duration> timeToLive) {

    /** @throws IllegalArgumentException when a bound is not positive */
    public CacheSettings {
        if (maxEntries < 1) {
            throw new IllegalArgumentException("the cache must hold at least 1 answer, not " + maxEntries);
        }
        if (timeToLive.filter(ttl -> ttl.isZero() || ttl.isNegative()).isPresent()) {
            throw new IllegalArgumentException("the time to live must be positive, not " + timeToLive.get());
        }
    }

    /** {@code xai_cache.json} has {@code xai_cache.journal} beside it. */
    public Path journal() {
        String name = dictionary.getFileName().toString();
        String stem = name.endsWith(".json") ? name.substring(0, name.length() - ".json".length()) : name;
        return dictionary.resolveSibling(stem + ".journal");
    }
}
