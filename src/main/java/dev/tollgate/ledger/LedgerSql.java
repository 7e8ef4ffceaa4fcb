package dev.tollgate.ledger;

/** The statements, one text for H2, PostgreSQL and SQL Server; CAST keeps SQL Server on the index of a VARCHAR key. */
record LedgerSql(
        String insertLog,
        String addToSummary,
        String insertSummary,
        String standing,
        String exceed,
        String findCall,
        String findAttempt,
        String insertAttempt,
        String deleteAttempt) {

    static final long DEFAULT_LIMIT = 100_000;

    static LedgerSql of(LedgerTables tables) {
        String limit = "COALESCE(m.TotalTokenLimit, " + DEFAULT_LIMIT + ")";
        String logged = "COALESCE((SELECT SUM(CAST(l.TotalTokensUsed AS BIGINT)) FROM " + tables.usageLogs()
                + " l WHERE l.TokenID = m.TokenID), 0)";
        return new LedgerSql(
                "INSERT INTO " + tables.usageLogs() + " (TokenID, Branch, RequestedBy, InputTokens, OutputTokens,"
                        + " TextPromptTokens, ImagePromptTokens, TextCandidatesTokens, TotalTokensUsed, RequestCount,"
                        + " LoggedAt, RequestID, CallID, CostInUsdTicks, CachedTokens, CachedAudioTokens, ThinkingTokens,"
                        + " ToolUseTokens, DocumentPromptTokens, AudioPromptTokens, VideoPromptTokens,"
                        + " ImageCandidatesTokens, AudioCandidatesTokens, IsEstimated)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                "UPDATE " + tables.usageSummary() + " SET TotalUsedTokens = COALESCE(TotalUsedTokens, 0) + ?,"
                        + " TotalRemainingTokens = (SELECT " + limit + " FROM " + tables.tokenMaster()
                        + " m WHERE m.TokenID = ?) - COALESCE(TotalUsedTokens, 0) - ?,"
                        + " LastUpdated = ? WHERE TokenID = ?",
                "INSERT INTO " + tables.usageSummary()
                        + " (TokenID, TotalUsedTokens, TotalRemainingTokens, LastUpdated) SELECT m.TokenID, " + logged
                        + ", " + limit + " - " + logged + ", ? FROM " + tables.tokenMaster() + " m WHERE m.TokenID = ?",
                "SELECT s.TotalUsedTokens, s.Threshold, " + limit + ", m.Status FROM " + tables.usageSummary()
                        + " s JOIN " + tables.tokenMaster() + " m ON m.TokenID = s.TokenID WHERE s.TokenID = ?",
                "UPDATE " + tables.tokenMaster() + " SET Status = 'Exceeded' WHERE TokenID = ?"
                        + " AND LOWER(Status) IN ('active', 'belowthreshold')"
                        + " AND COALESCE(TotalTokenLimit, " + DEFAULT_LIMIT + ") <= ?",
                "SELECT COUNT(*) FROM " + tables.usageLogs() + " WHERE CallID = CAST(? AS VARCHAR(64))",
                "SELECT COUNT(*) FROM " + tables.retryAttempts() + " WHERE RequestID = CAST(? AS VARCHAR(128))"
                        + " AND Attempt = ? AND Timestamp BETWEEN ? AND ?",
                "INSERT INTO " + tables.retryAttempts() + " (TokenID, CompanyID, Attempt, ErrorMessage, IsRetryable,"
                        + " Timestamp, RequestID) VALUES (?, ?, ?, ?, ?, ?, ?)",
                "DELETE FROM " + tables.retryAttempts() + " WHERE RequestID = CAST(? AS VARCHAR(128))");
    }
}
