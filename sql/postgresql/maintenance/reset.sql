-- Begins a new month for one token: nothing used, its whole limit left, and Active again where it was stopped for its
-- use. An Expired or Disabled token stays so. The usage rows stay too; CarriedOver takes them out of the new month, so that the
-- books agree. Put the TokenID in place of 0, which is nobody.
-- Run: psql -1 -v ON_ERROR_STOP=1 <database> -f reset.sql
-- With tollgate.schema set put SET search_path = <its name>; above the first statement.

SET tollgate.token = '0';
UPDATE TokenUsageSummary
SET TotalUsedTokens = 0,
    TotalRemainingTokens = (SELECT COALESCE(m.TotalTokenLimit, 100000) FROM TokenMaster m WHERE m.TokenID = TokenUsageSummary.TokenID),
    CarriedOver = -COALESCE((SELECT SUM(CAST(l.TotalTokensUsed AS BIGINT)) FROM TokenUsageLogs l WHERE l.TokenID = TokenUsageSummary.TokenID), 0),
    LastUpdated = LOCALTIMESTAMP
WHERE TokenID = current_setting('tollgate.token')::int;

UPDATE TokenMaster
SET Status = 'Active'
WHERE TokenID = current_setting('tollgate.token')::int AND LOWER(LTRIM(RTRIM(Status))) IN ('exceeded', 'belowthreshold');
