package dev.tollgate.database;

import java.util.List;

/**
 * What a first start found in tables that another program had made, and what it did about it. No list has more than
 * {@value #MOST} entries; the numbers beside the lists count all.
 *
 * @param adopted           false where there were no tables, so that this start made them
 * @param at                when, ISO-8601
 * @param tokens            rows of TokenMaster by Provider and Status as they stand there
 * @param widened           columns that were made BIGINT
 * @param notWidened        columns that were not, and why; nothing goes over what they hold
 * @param merged            tokens of whose several summary rows one was made
 * @param missingSummaries  tokens that had no summary row, and got one from the logs
 * @param drift             tokens whose summary is not the sum of their logs; the difference is carried over
 * @param usageWithoutToken rows of TokenUsageLogs whose TokenID is NULL or of nobody
 * @param summariesOfNobody rows of TokenUsageSummary whose TokenID is NULL or of nobody; they stay and count for nothing
 * @param notes             what else could not be done, in a sentence each
 */
public record AdoptionReport(boolean adopted, String at, List<Kind> tokens, List<String> widened, List<NotWidened> notWidened,
        long mergedTokens, List<Merged> merged, long missingSummaryCount, List<Long> missingSummaries, long driftingTokens,
        List<Drift> drift, long usageWithoutToken, long summariesOfNobody, List<String> notes) {

    static final int MOST = 1000;

    static AdoptionReport nothing(String at) {
        return new AdoptionReport(false, at, List.of(), List.of(), List.of(), 0, List.of(), 0, List.of(), 0, List.of(), 0, 0, List.of());
    }

    /**
     * Rows alike.
     *
     * @param servesGemini whether they may pay for calls to Gemini, see {@link Providers}
     */
    public record Kind(String provider, String status, long rows, boolean servesGemini) {
    }

    /** A column that stays as it is. */
    public record NotWidened(String column, String type, long most, String why) {
    }

    /**
     * A token with several summary rows.
     *
     * @param used       what each of them said
     * @param thresholds what each of them said
     * @param now        what the one that is left says: the sum of the logs
     */
    public record Merged(long tokenID, List<Long> used, List<Long> thresholds, long now, Long threshold) {
    }

    /** A token whose two books differed: summary less logged. */
    public record Drift(long tokenID, String companyID, long summary, long logged, long difference) {
    }
}
