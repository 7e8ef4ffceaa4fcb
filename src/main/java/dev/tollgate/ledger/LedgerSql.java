package dev.tollgate.ledger;

import java.time.Instant;

import dev.tollgate.database.Sums;
import dev.tollgate.database.TextWidths;
import dev.tollgate.gateway.Plausible;

/**
 * The statements, one text for H2, PostgreSQL and SQL Server; CAST keeps SQL Server on the index of a VARCHAR key. Where a token
 * has several summaries, since nothing forbids it in a table of another program, the oldest counts.
 *
 * @param most   the greatest sum that the tables hold
 * @param widths how much of a text they hold
 */
record LedgerSql(
        String insertLog,
        String addToSummary,
        String lockToken,
        String countSummaries,
        String insertSummary,
        String standing,
        String exceed,
        String findCall,
        String findKnown,
        String findAttempt,
        String insertAttempt,
        String deleteAttempt,
        String findOwnRow,
        String insertOwnRow,
        long most,
        TextWidths widths) {

    static final long DEFAULT_LIMIT = 100_000;

    static LedgerSql of(LedgerTables tables, long most, TextWidths widths) {
        String limit = "COALESCE(m.TotalTokenLimit, " + DEFAULT_LIMIT + ")";
        String logged = Sums.ofRows("l.TotalTokensUsed", "FROM " + tables.usageLogs() + " l WHERE l.TokenID = m.TokenID");
        String used = Sums.exact("TotalUsedTokens") + " + ?";
        String remaining = "(SELECT " + limit + " FROM " + tables.tokenMaster()
                + " m WHERE m.TokenID = ?) - " + Sums.exact("TotalUsedTokens") + " - ?";
        String oldest = "(SELECT MIN(o.SummaryID) FROM " + tables.usageSummary() + " o WHERE o.TokenID = ?)";
        return new LedgerSql(
                "INSERT INTO " + tables.usageLogs() + " (TokenID, Branch, RequestedBy, InputTokens, OutputTokens,"
                        + " TextPromptTokens, ImagePromptTokens, TextCandidatesTokens, TotalTokensUsed, RequestCount,"
                        + " LoggedAt, RequestID, CallID, CostInUsdTicks, CachedTokens, CachedAudioTokens, ThinkingTokens,"
                        + " ToolUseTokens, DocumentPromptTokens, AudioPromptTokens, VideoPromptTokens,"
                        + " ImageCandidatesTokens, AudioCandidatesTokens, IsEstimated)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                "UPDATE " + tables.usageSummary() + " SET TotalUsedTokens = " + Sums.bounded(used, most)
                        + ", TotalRemainingTokens = " + Sums.bounded(remaining, most)
                        + ", LastUpdated = ? WHERE SummaryID = " + oldest,
                "UPDATE " + tables.tokenMaster() + " SET Status = Status WHERE TokenID = ?",
                "SELECT COUNT(*) FROM " + tables.usageSummary() + " WHERE TokenID = ?",
                "INSERT INTO " + tables.usageSummary()
                        + " (TokenID, TotalUsedTokens, TotalRemainingTokens, LastUpdated) SELECT m.TokenID, " + Sums.bounded(logged, most)
                        + ", " + Sums.bounded(limit + " - " + logged, most) + ", ? FROM " + tables.tokenMaster() + " m WHERE m.TokenID = ?",
                "SELECT s.TotalUsedTokens, s.Threshold, " + limit + ", m.Status FROM " + tables.usageSummary()
                        + " s JOIN " + tables.tokenMaster() + " m ON m.TokenID = s.TokenID WHERE s.SummaryID = " + oldest,
                "UPDATE " + tables.tokenMaster() + " SET Status = 'Exceeded' WHERE TokenID = ?"
                        + " AND LOWER(LTRIM(RTRIM(Status))) IN ('active', 'belowthreshold')"
                        + " AND " + limit(most) + " <= ?",
                "SELECT COUNT(*) FROM " + tables.usageLogs() + " WHERE CallID = CAST(? AS VARCHAR(64))",
                "SELECT CallID, RequestID FROM " + tables.usageLogs() + " WHERE ",
                "SELECT COUNT(*) FROM " + tables.retryAttempts() + " WHERE RequestID = CAST(? AS VARCHAR(128))"
                        + " AND Attempt = ? AND Timestamp BETWEEN ? AND ?",
                "INSERT INTO " + tables.retryAttempts() + " (TokenID, CompanyID, Attempt, ErrorMessage, IsRetryable,"
                        + " Timestamp, RequestID) VALUES (?, ?, ?, ?, ?, ?, ?)",
                "DELETE FROM " + tables.retryAttempts() + " WHERE RequestID = CAST(? AS VARCHAR(128))",
                "SELECT MIN(TokenID) FROM " + tables.tokenMaster()
                        + " WHERE CompanyID = '-' AND Provider = 'Gemini' AND Status = 'Internal'",
                "INSERT INTO " + tables.tokenMaster() + " (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit, Status)"
                        + " VALUES ('-', 'This gateway', '(file: tollgate.gemini.api-key-file)', 'Gemini', "
                        + Math.min(most, Long.MAX_VALUE / 2) + ", 'Internal')",
                most, widths);
    }

    /** {@link #insertLog} for several rows at once. */
    String insertLogs(int rows) {
        String row = insertLog.substring(insertLog.lastIndexOf('('));
        return insertLog + (", " + row).repeat(rows - 1);
    }

    /** CallID and RequestID of the rows that have one of so many of the former or of the latter; each half by its own index. */
    String findKnown(int calls) {
        return findKnown + "CallID IN (" + "CAST(? AS VARCHAR(64)), ".repeat(calls - 1) + "CAST(? AS VARCHAR(64))) UNION ALL "
                + findKnown + "RequestID IN (" + "CAST(? AS VARCHAR(128)), ".repeat(calls - 1) + "CAST(? AS VARCHAR(128)))";
    }

    private static String limit(long most) {
        String limit = "COALESCE(TotalTokenLimit, " + DEFAULT_LIMIT + ")";
        return "CASE WHEN " + limit + " > " + usable(most) + " THEN " + usable(most) + " ELSE " + limit + " END";
    }

    /** Of a sum that the tables hold, what may be promised: a call that has begun may go over it by what one call costs at most. */
    static long usable(long most) {
        return Math.max(0, most - Plausible.MOST_TOKENS);
    }

    /** The parameters of {@link #addToSummary}, whose expressions stand there three times. */
    Object[] added(long tokenId, long tokens, Instant at) {
        return new Object[] {tokens, tokens, tokens, tokenId, tokens, tokenId, tokens, tokenId, tokens, at, tokenId};
    }
}
