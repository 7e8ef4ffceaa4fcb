package dev.tollgate.gemini;

import java.time.Instant;
import java.time.ZoneId;

/**
 * Gemini's daily quotas start anew at midnight Pacific time.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/rate-limits">Gemini: rate limits</a>
 */
final class PacificDay {

    private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");

    private PacificDay() {
    }

    static Instant nextMidnight(Instant now) {
        return now.atZone(PACIFIC).toLocalDate().plusDays(1).atStartOfDay(PACIFIC).toInstant();
    }
}
