package dev.tollgate.verdict;

/**
 * The cache in numbers, for the status page.
 *
 * @param entries answers in memory
 * @param hits    lookups answered since the start
 * @param misses  lookups not answered since the start, expired ones included
 */
public record CacheView(long entries, long hits, long misses) {
}
