package dev.tollgate.ledger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The rows that were last read for each company, so that a database that is away for minutes stops nobody. */
public final class TokenDirectory {

    private static final int LONGEST_ID = 255;

    /** Bound: tollgate.ledger.last-known-max companies, with ids of 255 characters at most. */
    private final Cache<String, List<TokenRow>> rows;
    private final long mostLimit;

    TokenDirectory(Clock clock, Duration lastKnownFor, int max) {
        this(clock, lastKnownFor, max, Long.MAX_VALUE);
    }

    /** @param mostLimit what may be promised to a token; a greater limit counts as this one */
    TokenDirectory(Clock clock, Duration lastKnownFor, int max, long mostLimit) {
        this.mostLimit = mostLimit;
        rows = Caffeine.newBuilder()
                .expireAfterWrite(lastKnownFor)
                .maximumSize(max)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .executor(Runnable::run)
                .build();
    }

    /**
     * Remembers what was just read; an empty list too, since "no row" is an answer. No company has an id of more than
     * {@value #LONGEST_ID} characters: such a text, of which a caller may send any number, is not remembered.
     */
    public void remember(String companyId, List<TokenRow> read) {
        if (companyId.length() <= LONGEST_ID) {
            rows.put(key(companyId), List.copyOf(read));
        }
    }

    /** What was last read, empty when that is too long ago or never was. */
    public Optional<List<TokenRow>> lastKnown(String companyId) {
        return Optional.ofNullable(rows.getIfPresent(key(companyId)));
    }

    /** Companies are told apart as the database is asked for them: without blanks around the id, and in any case. */
    private static String key(String companyId) {
        return companyId.strip().toLowerCase(Locale.ROOT);
    }

    /** The same as {@link #fromRows}, no limit greater than what may be promised. */
    public List<TokenRow> read(List<Map<String, Object>> read) {
        return fromRows(read).stream().map(row -> row.atMost(mostLimit)).toList();
    }

    /**
     * Rows as a query gives them: TokenMaster's columns, and TotalUsedTokens, TotalRemainingTokens and Threshold from
     * the summary, in any case; null where there is no summary.
     *
     * @throws IllegalArgumentException for a row without TokenID or with text where a number belongs
     */
    public static List<TokenRow> fromRows(List<Map<String, Object>> rows) {
        return rows.stream().map(TokenRow::of).toList();
    }
}
