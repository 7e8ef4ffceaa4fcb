-- Begins a new month for one token: nothing used, its whole limit left, and Active again where it was stopped for its
-- use. An Expired or Disabled token stays so. The usage rows stay too. Put the TokenID in place of 0, which is nobody.
-- Run: sqlcmd -I -b -d <database> -i reset.sql
-- With tollgate.schema set put its name and a dot before the tables.

DECLARE @token INT = 0;
UPDATE TokenUsageSummary
SET TotalUsedTokens = 0,
    TotalRemainingTokens = (SELECT COALESCE(m.TotalTokenLimit, 100000) FROM TokenMaster m WHERE m.TokenID = TokenUsageSummary.TokenID),
    LastUpdated = GETDATE()
WHERE TokenID = @token;

UPDATE TokenMaster
SET Status = 'Active'
WHERE TokenID = @token AND Status IN ('Exceeded', 'BelowThreshold');
GO
