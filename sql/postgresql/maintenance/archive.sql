-- Moves usage rows older than the days below from TokenUsageLogs to TokenUsageLogsArchive. TokenUsageSummary keeps its
-- totals, and CarriedOver takes what has left the logs, so that the books agree; vw_UsageSummary counts what is left.
-- While the gateway runs: 5,000 rows a transaction. May be stopped at any point and run again.
-- Run, without -1: psql -v ON_ERROR_STOP=1 <database> -f archive.sql
-- With tollgate.schema set put SET search_path = <its name>; above the first statement.
-- Columns of your own in TokenUsageLogs stay behind and are deleted: add them to the archive and to both lists below.

CREATE TABLE IF NOT EXISTS TokenUsageLogsArchive (
    UsageID              INT PRIMARY KEY,
    TokenID              INT,
    Branch               VARCHAR(50),
    RequestedBy          VARCHAR(100),
    InputTokens          BIGINT,
    OutputTokens         BIGINT,
    TextPromptTokens     BIGINT,
    ImagePromptTokens    BIGINT,
    TextCandidatesTokens BIGINT,
    TotalTokensUsed      BIGINT,
    RequestCount         INT,
    LoggedAt             TIMESTAMP,
    RequestID            VARCHAR(128),
    CallID               VARCHAR(64),
    CostInUsdTicks       BIGINT
);

-- What an archive that an older release has made may lack.
ALTER TABLE TokenUsageLogsArchive ADD COLUMN IF NOT EXISTS CachedTokens BIGINT;
ALTER TABLE TokenUsageLogsArchive ADD COLUMN IF NOT EXISTS CachedAudioTokens BIGINT;
ALTER TABLE TokenUsageLogsArchive ADD COLUMN IF NOT EXISTS ThinkingTokens BIGINT;
ALTER TABLE TokenUsageLogsArchive ADD COLUMN IF NOT EXISTS ToolUseTokens BIGINT;
ALTER TABLE TokenUsageLogsArchive ADD COLUMN IF NOT EXISTS DocumentPromptTokens BIGINT;
ALTER TABLE TokenUsageLogsArchive ADD COLUMN IF NOT EXISTS AudioPromptTokens BIGINT;
ALTER TABLE TokenUsageLogsArchive ADD COLUMN IF NOT EXISTS VideoPromptTokens BIGINT;
ALTER TABLE TokenUsageLogsArchive ADD COLUMN IF NOT EXISTS ImageCandidatesTokens BIGINT;
ALTER TABLE TokenUsageLogsArchive ADD COLUMN IF NOT EXISTS AudioCandidatesTokens BIGINT;
ALTER TABLE TokenUsageLogsArchive ADD COLUMN IF NOT EXISTS IsEstimated BOOLEAN;

-- An archive that an older release has made wants a token for each row.
ALTER TABLE TokenUsageLogsArchive ALTER COLUMN TokenID DROP NOT NULL;

CREATE OR REPLACE PROCEDURE pg_temp.archive(days int, batch int) LANGUAGE plpgsql AS $archive$
DECLARE moved bigint;
BEGIN
    LOOP
        WITH gone AS (
            DELETE FROM TokenUsageLogs
            WHERE UsageID IN (SELECT UsageID FROM TokenUsageLogs WHERE LoggedAt < LOCALTIMESTAMP - days * INTERVAL '1 day'
                              ORDER BY LoggedAt LIMIT batch FOR UPDATE SKIP LOCKED)
            RETURNING *
        ), kept AS (
            INSERT INTO TokenUsageLogsArchive (
                UsageID, TokenID, Branch, RequestedBy, InputTokens, OutputTokens, TextPromptTokens, ImagePromptTokens,
                TextCandidatesTokens, TotalTokensUsed, RequestCount, LoggedAt, RequestID, CallID, CostInUsdTicks, CachedTokens,
                CachedAudioTokens, ThinkingTokens, ToolUseTokens, DocumentPromptTokens, AudioPromptTokens, VideoPromptTokens,
                ImageCandidatesTokens, AudioCandidatesTokens, IsEstimated)
            SELECT UsageID, TokenID, Branch, RequestedBy, InputTokens, OutputTokens, TextPromptTokens, ImagePromptTokens,
                   TextCandidatesTokens, TotalTokensUsed, RequestCount, LoggedAt, RequestID, CallID, CostInUsdTicks, CachedTokens,
                   CachedAudioTokens, ThinkingTokens, ToolUseTokens, DocumentPromptTokens, AudioPromptTokens, VideoPromptTokens,
                   ImageCandidatesTokens, AudioCandidatesTokens, IsEstimated
            FROM gone ON CONFLICT (UsageID) DO NOTHING
        ), carried AS (
            UPDATE TokenUsageSummary s SET CarriedOver = CarriedOver + g.Tokens
            FROM (SELECT TokenID, SUM(CAST(COALESCE(TotalTokensUsed, 0) AS BIGINT)) AS Tokens FROM gone GROUP BY TokenID) g
            WHERE s.TokenID = g.TokenID
        )
        SELECT COUNT(*) INTO moved FROM gone;
        COMMIT;
        EXIT WHEN moved = 0;
    END LOOP;
END $archive$;

SET tollgate.days = '90';

CALL pg_temp.archive(current_setting('tollgate.days')::int, 5000);
