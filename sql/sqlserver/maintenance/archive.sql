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

DECLARE @days INT = 90;
INSERT INTO TokenUsageLogsArchive (
    UsageID, TokenID, Branch, RequestedBy, InputTokens, OutputTokens, TextPromptTokens, ImagePromptTokens,
    TextCandidatesTokens, TotalTokensUsed, RequestCount, LoggedAt, RequestID, CallID,
    CostInUsdTicks)
SELECT UsageID, TokenID, Branch, RequestedBy, InputTokens, OutputTokens, TextPromptTokens, ImagePromptTokens,
       TextCandidatesTokens, TotalTokensUsed, RequestCount, LoggedAt, RequestID, CallID,
       CostInUsdTicks
FROM TokenUsageLogs
WHERE LoggedAt < DATEADD(DAY, -@days, GETDATE())
  AND UsageID NOT IN (SELECT UsageID FROM TokenUsageLogsArchive);

DELETE FROM TokenUsageLogs
WHERE UsageID IN (SELECT UsageID FROM TokenUsageLogsArchive);
GO
