-- Moves usage rows older than the days below from TokenUsageLogs to TokenUsageLogsArchive. TokenUsageSummary keeps its
-- totals, and CarriedOver takes what has left the logs, so that the books agree; vw_UsageSummary counts what is left. May be
-- stopped at any point and run again.
-- Run: java -cp h2-*.jar org.h2.tools.RunScript -url <spring.datasource.url> -user sa -script archive.sql
-- Stop the gateway first: an H2 file has one user at a time.
-- With tollgate.schema set put SET SCHEMA <its name>; above the first statement.
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
ALTER TABLE TokenUsageLogsArchive ALTER COLUMN TokenID SET NULL;

SET AUTOCOMMIT FALSE;
SET @days = 90;
SET @before = DATEADD(DAY, -@days, LOCALTIMESTAMP);

INSERT INTO TokenUsageLogsArchive (
    UsageID, TokenID, Branch, RequestedBy, InputTokens, OutputTokens, TextPromptTokens, ImagePromptTokens,
    TextCandidatesTokens, TotalTokensUsed, RequestCount, LoggedAt, RequestID, CallID, CostInUsdTicks, CachedTokens,
    CachedAudioTokens, ThinkingTokens, ToolUseTokens, DocumentPromptTokens, AudioPromptTokens, VideoPromptTokens,
    ImageCandidatesTokens, AudioCandidatesTokens, IsEstimated)
SELECT UsageID, TokenID, Branch, RequestedBy, InputTokens, OutputTokens, TextPromptTokens, ImagePromptTokens,
       TextCandidatesTokens, TotalTokensUsed, RequestCount, LoggedAt, RequestID, CallID, CostInUsdTicks, CachedTokens,
       CachedAudioTokens, ThinkingTokens, ToolUseTokens, DocumentPromptTokens, AudioPromptTokens, VideoPromptTokens,
       ImageCandidatesTokens, AudioCandidatesTokens, IsEstimated
FROM TokenUsageLogs
WHERE LoggedAt < @before AND NOT EXISTS (SELECT 1 FROM TokenUsageLogsArchive a WHERE a.UsageID = TokenUsageLogs.UsageID);

UPDATE TokenUsageSummary s
SET CarriedOver = CarriedOver + COALESCE((
    SELECT SUM(CAST(l.TotalTokensUsed AS BIGINT)) FROM TokenUsageLogs l JOIN TokenUsageLogsArchive a ON a.UsageID = l.UsageID
    WHERE l.TokenID = s.TokenID), 0)
WHERE s.TokenID IS NOT NULL;

DELETE FROM TokenUsageLogs
WHERE EXISTS (SELECT 1 FROM TokenUsageLogsArchive a WHERE a.UsageID = TokenUsageLogs.UsageID);

COMMIT;
SET AUTOCOMMIT TRUE;
