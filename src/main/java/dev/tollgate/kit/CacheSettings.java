package dev.tollgate.kit;

import java.time.Duration;

/**
 * What a route file says of a cache.
 *
 * @param keepFor after which an answer is asked for again
 * @param bytes that the kept answers may take together
 * @param patience how long equal questions wait for the one that is asked, before they are refused
 * @param onDisk whether answers are kept in a file as well, which outlives the process
 */
record CacheSettings(Duration keepFor, long bytes, Duration patience, boolean onDisk) {
}
