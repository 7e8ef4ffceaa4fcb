-- Begins a new month for one token: nothing used, its whole limit left, and Active again where it was stopped for its
-- use. An Expired or Disabled token stays so. The usage rows stay too; CarriedOver takes them out of the new month, so that the
-- books agree. Put the TokenID in place of 0, which is nobody.
-- Run: java -cp h2-*.jar org.h2.tools.RunScript -url <spring.datasource.url> -user sa -script reset.sql
-- Stop the gateway first: an H2 file has one user at a time.
-- With tollgate.schema set put SET SCHEMA <its name>; above the first statement.

SET @token = 0;
UPDATE TokenUsageSummary
SET TotalUsedTokens = 0,
    TotalRemainingTokens = (SELECT COALESCE(m.TotalTokenLimit, 100000) FROM TokenMaster m WHERE m.TokenID = TokenUsageSummary.TokenID),
    CarriedOver = -COALESCE((SELECT SUM(CAST(l.TotalTokensUsed AS BIGINT)) FROM TokenUsageLogs l WHERE l.TokenID = TokenUsageSummary.TokenID), 0),
    LastUpdated = LOCALTIMESTAMP
WHERE TokenID = @token;

UPDATE TokenMaster
SET Status = 'Active'
WHERE TokenID = @token AND LOWER(LTRIM(RTRIM(Status))) IN ('exceeded', 'belowthreshold');
