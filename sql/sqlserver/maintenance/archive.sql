-- Moves usage rows older than the days below from TokenUsageLogs to TokenUsageLogsArchive. TokenUsageSummary keeps its
-- totals, and CarriedOver takes what has left the logs, so that the books agree; vw_UsageSummary counts what is left.
-- While the gateway runs: 2,000 rows a transaction, below the 5,000 locks at which the server locks the whole table. May be
-- stopped at any point and run again.
-- Run: sqlcmd -I -b -d <database> -i archive.sql
-- With tollgate.schema set put its name and a dot before the tables.
-- Columns of your own in TokenUsageLogs stay behind and are deleted: add them to the archive and to both lists below.

IF OBJECT_ID('TokenUsageLogsArchive', 'U') IS NULL
CREATE TABLE TokenUsageLogsArchive (
    UsageID              INT PRIMARY KEY,
    TokenID              INT,
    Branch               NVARCHAR(50),
    RequestedBy          NVARCHAR(100),
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
GO
IF COL_LENGTH('TokenUsageLogsArchive', 'CachedAudioTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD CachedAudioTokens BIGINT
GO
IF COL_LENGTH('TokenUsageLogsArchive', 'ThinkingTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD ThinkingTokens BIGINT
GO
IF COL_LENGTH('TokenUsageLogsArchive', 'ToolUseTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD ToolUseTokens BIGINT
GO
IF COL_LENGTH('TokenUsageLogsArchive', 'DocumentPromptTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD DocumentPromptTokens BIGINT
GO
IF COL_LENGTH('TokenUsageLogsArchive', 'AudioPromptTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD AudioPromptTokens BIGINT
GO
IF COL_LENGTH('TokenUsageLogsArchive', 'VideoPromptTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD VideoPromptTokens BIGINT
GO
IF COL_LENGTH('TokenUsageLogsArchive', 'ImageCandidatesTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD ImageCandidatesTokens BIGINT
GO
IF COL_LENGTH('TokenUsageLogsArchive', 'AudioCandidatesTokens') IS NULL ALTER TABLE TokenUsageLogsArchive ADD AudioCandidatesTokens BIGINT
GO
IF COL_LENGTH('TokenUsageLogsArchive', 'IsEstimated') IS NULL ALTER TABLE TokenUsageLogsArchive ADD IsEstimated BIT
GO

DECLARE @days INT = 90;
DECLARE @before DATETIME = DATEADD(DAY, -@days, GETDATE());
DECLARE @moved INT = 1;
DECLARE @ids TABLE (UsageID INT PRIMARY KEY);
WHILE @moved > 0
BEGIN
    BEGIN TRANSACTION;
    DELETE FROM @ids;
    INSERT INTO @ids (UsageID) SELECT TOP (2000) UsageID FROM TokenUsageLogs WHERE LoggedAt < @before ORDER BY LoggedAt;
    SET @moved = @@ROWCOUNT;
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
    WHERE UsageID IN (SELECT UsageID FROM @ids) AND NOT EXISTS (SELECT 1 FROM TokenUsageLogsArchive a WHERE a.UsageID = TokenUsageLogs.UsageID);
    UPDATE TokenUsageSummary
    SET CarriedOver = CarriedOver + COALESCE((SELECT SUM(CAST(l.TotalTokensUsed AS BIGINT)) FROM TokenUsageLogs l
        WHERE l.TokenID = TokenUsageSummary.TokenID AND l.UsageID IN (SELECT UsageID FROM @ids)), 0)
    WHERE TokenID IN (SELECT l.TokenID FROM TokenUsageLogs l WHERE l.UsageID IN (SELECT UsageID FROM @ids));
    DELETE FROM TokenUsageLogs WHERE UsageID IN (SELECT UsageID FROM @ids);
    COMMIT TRANSACTION;
END
GO
