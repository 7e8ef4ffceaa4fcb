package dev.tollgate.xai;

/**
 * The policy in numbers; the names are those of {@code GET /status}.
 *
 * @param callsToday   calls counted today
 * @param dailyLimit   calls per day
 * @param resetsAt     ISO-8601
 * @param cacheEntries answers in memory
 * @param cacheHits    since the start
 * @param cacheMisses  since the start
 * @param fallbacks    answers given without one, since the start
 * @param warning      what is wrong with the count of the day; null when nothing is known to be
 */
public record XaiStatus(int callsToday, int dailyLimit, String resetsAt, long cacheEntries, long cacheHits,
                        long cacheMisses, long fallbacks, String warning) {
}
