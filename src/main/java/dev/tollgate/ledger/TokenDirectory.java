package dev.tollgate.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * The rows that were last read for each company: for a moment they save reading them again, and for minutes they stand in for a
 * database that is away.
 */
public final class TokenDirectory {

    /** For {@link #remember}, of rows of which nobody knows when their reading began. */
    public static final long NEVER_FRESH = -1;

    private static final int LONGEST_ID = 255;

    /** Bound: tollgate.ledger.last-known-max companies, with ids of 255 characters at most. */
    private final Cache<String, Read> rows;
    private final long mostLimit;
    private final Clock clock;
    private final Duration freshFor;
    private final AtomicLong age = new AtomicLong();

    /** @param age the directory's when the reading began */
    private record Read(List<TokenRow> rows, long age, Instant at) {
    }

    TokenDirectory(Clock clock, Duration lastKnownFor, int max) {
        this(clock, lastKnownFor, max, Long.MAX_VALUE, Duration.ZERO);
    }

    /**
     * @param mostLimit what may be promised to a token; a greater limit counts as this one
     * @param freshFor  how long rows serve without being read again
     */
    TokenDirectory(Clock clock, Duration lastKnownFor, int max, long mostLimit, Duration freshFor) {
        this.mostLimit = mostLimit;
        this.clock = clock;
        this.freshFor = freshFor;
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
     *
     * @param age {@link #age} before the reading began
     */
    public void remember(String companyId, List<TokenRow> read, long age) {
        if (companyId.length() <= LONGEST_ID) {
            rows.put(key(companyId), new Read(List.copyOf(read), age, clock.instant()));
        }
    }

    /** What was read so lately that it need not be read again. That a company has no row is always looked up anew. */
    public Optional<List<TokenRow>> fresh(String companyId) {
        Read read = freshFor.isZero() ? null : rows.getIfPresent(key(companyId));
        boolean serves = read != null && read.age == age.get() && !read.rows.isEmpty() && clock.instant().isBefore(read.at.plus(freshFor));
        return serves ? Optional.of(read.rows) : Optional.empty();
    }

    /** Goes up with each {@link #expire}. */
    public long age() {
        return age.get();
    }

    /** The gateway itself has changed a row: from now on all are read again, also where a reading is under way. */
    public void expire() {
        age.incrementAndGet();
    }

    /** What was last read, empty when that is too long ago or never was. */
    public Optional<List<TokenRow>> lastKnown(String companyId) {
        return Optional.ofNullable(rows.getIfPresent(key(companyId))).map(Read::rows);
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
