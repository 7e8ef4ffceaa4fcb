-- Moves usage rows older than the days below from TokenUsageLogs to TokenUsageLogsArchive. TokenUsageSummary keeps its
-- totals; vw_UsageSummary counts what is left. May be stopped at any point and run again: a row leaves only once archived.
-- Run: sqlcmd -I -b -d <database> -i archive.sql
-- With tollgate.schema set put its name and a dot before the tables.

IF OBJECT_ID('TokenUsageLogsArchive', 'U') IS NULL
CREATE TABLE TokenUsageLogsArchive (
    UsageID              INT PRIMARY KEY,
    TokenID              INT NOT NULL,
    Branch               VARCHAR(50),
    RequestedBy          VARCHAR(100),
    InputTokens          BIGINT,
    OutputTokens         BIGINT,
    TextPromptTokens     BIGINT,
    ImagePromptTokens    BIGINT,
    TextCandidatesTokens BIGINT,
    TotalTokensUsed      BIGINT,
    RequestCount         INT,
    LoggedAt             DATETIME,
    RequestID            VARCHAR(128),
    CallID               VARCHAR(64),
    CostInUsdTicks       BIGINT
)
GO

-- What an archive that an older release has made may lack.
IF COL_LENGTH('TokenUsageLogsArchive', 'CachedTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD CachedTokens BIGINT
IF COL_LENGTH('TokenUsageLogsArchive', 'CachedAudioTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD CachedAudioTokens BIGINT
IF COL_LENGTH('TokenUsageLogsArchive', 'ThinkingTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD ThinkingTokens BIGINT
IF COL_LENGTH('TokenUsageLogsArchive', 'ToolUseTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD ToolUseTokens BIGINT
IF COL_LENGTH('TokenUsageLogsArchive', 'DocumentPromptTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD DocumentPromptTokens BIGINT
IF COL_LENGTH('TokenUsageLogsArchive', 'AudioPromptTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD AudioPromptTokens BIGINT
IF COL_LENGTH('TokenUsageLogsArchive', 'VideoPromptTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD VideoPromptTokens BIGINT
IF COL_LENGTH('TokenUsageLogsArchive', 'ImageCandidatesTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD ImageCandidatesTokens BIGINT
IF COL_LENGTH('TokenUsageLogsArchive', 'AudioCandidatesTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD AudioCandidatesTokens BIGINT
IF COL_LENGTH('TokenUsageLogsArchive', 'IsEstimated') IS NULL ALTER TABLE TokenUsageLogsArchive ADD IsEstimated BIT
GO

DECLARE @days INT = 90;
INSERT INTO TokenUsageLogsArchive (
    UsageID, TokenID, Branch, RequestedBy, InputTokens, OutputTokens, TextPromptTokens, ImagePromptTokens,
    TextCandidatesTokens, TotalTokensUsed, RequestCount, LoggedAt, RequestID, CallID,
    CostInUsdTicks,
    CachedTokens, CachedAudioTokens, ThinkingTokens, ToolUseTokens, DocumentPromptTokens,
    AudioPromptTokens, VideoPromptTokens, ImageCandidatesTokens, AudioCandidatesTokens, IsEstimated)
SELECT UsageID, TokenID, Branch, RequestedBy, InputTokens, OutputTokens, TextPromptTokens, ImagePromptTokens,
       TextCandidatesTokens, TotalTokensUsed, RequestCount, LoggedAt, RequestID, CallID,
       CostInUsdTicks,
       CachedTokens, CachedAudioTokens, ThinkingTokens, ToolUseTokens, DocumentPromptTokens,
       AudioPromptTokens, VideoPromptTokens, ImageCandidatesTokens, AudioCandidatesTokens, IsEstimated
FROM TokenUsageLogs
WHERE LoggedAt < DATEADD(DAY, -@days, GETDATE())
  AND UsageID NOT IN (SELECT UsageID FROM TokenUsageLogsArchive);

DELETE FROM TokenUsageLogs
WHERE UsageID IN (SELECT UsageID FROM TokenUsageLogsArchive);
GO
