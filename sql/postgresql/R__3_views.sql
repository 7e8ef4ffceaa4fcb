-- The views that operators and existing readers use. Each stands beside its tables and, where that is a schema of its own,
-- also under its plain name in the default schema. Rights granted on them and views that others have built on them stay.
-- Placeholders: aliasOfTokens, aliasOfLogs = nothing, or the two dashes of a comment where the plain name is the view itself;
-- viewTools = the functions of sql/postgresql/tools/views.sql.
${viewTools}

-- One row a token. A token without a summary has used nothing. What remains follows from the limit as it stands now,
-- below zero when the last call went past it. EXCEEDED comes before WARNING, so that it is never hidden.
SELECT pg_temp.replace_view('${schema}vw_TokenStatus', $view$
SELECT TokenID, CompanyID, CompanyName, Provider, Status, TotalUsedTokens,
       CAST(CASE WHEN TotalRemainingTokens > 9223372036854775807 THEN 9223372036854775807
                 WHEN TotalRemainingTokens < -9223372036854775807 THEN -9223372036854775807
                 ELSE TotalRemainingTokens END AS BIGINT) AS TotalRemainingTokens, Threshold,
       CASE WHEN UpperStatus = 'EXCEEDED' OR TotalRemainingTokens <= 0 THEN 'EXCEEDED'
            WHEN UpperStatus = 'BELOWTHRESHOLD' OR TotalRemainingTokens < Threshold THEN 'WARNING'
            ELSE 'OK' END AS HealthStatus,
       CreatedAt, LastUpdated,
       CASE WHEN UpperStatus = 'DISABLED' THEN 'Disabled'
            WHEN UpperStatus = 'EXPIRED' THEN 'Expired'
            WHEN UpperStatus = 'EXCEEDED' OR TotalRemainingTokens <= 0 THEN 'Exceeded'
            WHEN UpperStatus = 'BELOWTHRESHOLD' OR TotalRemainingTokens < Threshold THEN 'BelowThreshold'
            ELSE 'Healthy' END AS Health
FROM (
    SELECT m.TokenID, m.CompanyID, m.CompanyName, m.Provider, m.Status, UPPER(LTRIM(RTRIM(m.Status))) AS UpperStatus,
           CAST(COALESCE(s.TotalUsedTokens, 0) AS BIGINT) AS TotalUsedTokens,
           CAST(COALESCE(m.TotalTokenLimit, 100000) AS DECIMAL(38, 0)) - CAST(COALESCE(s.TotalUsedTokens, 0) AS DECIMAL(38, 0))
               AS TotalRemainingTokens,
           CAST(COALESCE(s.Threshold, 3000) AS BIGINT) AS Threshold,
           m.CreatedAt, s.LastUpdated
    FROM ${schema}TokenMaster m
    LEFT JOIN ${schema}TokenUsageSummary s
        ON s.SummaryID = (SELECT MIN(o.SummaryID) FROM ${schema}TokenUsageSummary o WHERE o.TokenID = m.TokenID)
) t
$view$);
${aliasOfTokens}SELECT pg_temp.replace_view('vw_TokenStatus', 'SELECT * FROM ${schema}vw_TokenStatus');

-- One row a company, however its id is spelled (blanks around it, capitals), over all its tokens whatever their Status.
-- DaysActive: calendar days with usage. A sum that no BIGINT holds stays at the greatest. Each company's usage is read by itself,
-- by the index on TokenID, so that who asks for one company does not wait for all.
SELECT pg_temp.replace_view('${schema}vw_UsageSummary', $view$
SELECT CompanyID, CompanyName, Branches, Users,
       CAST(TotalRequests AS BIGINT) AS TotalRequests,
       CAST(CASE WHEN TotalTokensUsed > 9223372036854775807 THEN 9223372036854775807 ELSE TotalTokensUsed END AS BIGINT) AS TotalTokensUsed,
       COALESCE(CAST(CASE WHEN TotalTokensUsed > 9223372036854775807 THEN 9223372036854775807 ELSE TotalTokensUsed END AS BIGINT)
           / NULLIF(CAST(TotalRequests AS BIGINT), 0), 0) AS AvgTokensPerRequest,
       LastUsed, DaysActive
FROM (
    SELECT t.CompanyID, t.CompanyName, u.*
    FROM (
        SELECT MIN(LTRIM(RTRIM(m.CompanyID))) AS CompanyID, MAX(m.CompanyName) AS CompanyName, ARRAY_AGG(m.TokenID) AS Tokens
        FROM ${schema}TokenMaster m
        GROUP BY LOWER(LTRIM(RTRIM(m.CompanyID)))
    ) t
    CROSS JOIN LATERAL (
        SELECT COUNT(DISTINCT l.Branch) AS Branches,
               COUNT(DISTINCT l.RequestedBy) AS Users,
               COALESCE(SUM(CAST(COALESCE(l.RequestCount, 1) AS BIGINT)), 0) AS TotalRequests,
               COALESCE(SUM(CAST(l.TotalTokensUsed AS DECIMAL(38, 0))), 0) AS TotalTokensUsed,
               MAX(l.LoggedAt) AS LastUsed,
               COUNT(DISTINCT CAST(l.LoggedAt AS DATE)) AS DaysActive
        FROM ${schema}TokenUsageLogs l
        WHERE l.TokenID = ANY (t.Tokens)
    ) u
) c
$view$);
${aliasOfTokens}SELECT pg_temp.replace_view('vw_UsageSummary', 'SELECT * FROM ${schema}vw_UsageSummary');

-- The newest 100 errors. CRITICAL and FATAL are the names other loggers give to an error.
SELECT pg_temp.replace_view('${logSchema}vw_RecentErrors', $view$
SELECT LogID, Timestamp, LogLevel, Logger, Message, Module, FunctionName, LineNumber,
       CAST(TRUNC(EXTRACT(EPOCH FROM (LOCALTIMESTAMP - Timestamp)) / 60) AS BIGINT) AS MinutesAgo,
       Exception, RequestID
FROM ${logSchema}ApplicationLogs
WHERE LogLevel IN ('ERROR', 'CRITICAL', 'FATAL')
ORDER BY Timestamp DESC, LogID DESC
FETCH FIRST 100 ROWS ONLY
$view$);
${aliasOfLogs}SELECT pg_temp.replace_view('vw_RecentErrors', 'SELECT * FROM ${logSchema}vw_RecentErrors');

-- One row a request that had failed attempts, with the error of the last one. Rows of the same request share its
-- RequestID; older rows have none, so there a new request begins wherever the attempt number of a company's token
-- does not go up. RetryID and the last three columns keep the names that existing readers know.
SELECT pg_temp.replace_view('${logSchema}vw_FailedRetries', $view$
SELECT q.RequestID, q.CompanyID, l.TokenID, q.Attempts, l.ErrorMessage AS LastError, l.IsRetryable, l.Timestamp AS LastAttempt,
       q.RetryID, q.MaxAttempts, q.Attempts AS TotalAttempts, CAST(100 * CAST(q.RetryableAttempts AS BIGINT) / q.Attempts AS INT) AS RetryablePercentage
FROM (
    SELECT RequestID, CompanyID, MAX(RetryID) AS RetryID, COUNT(*) AS Attempts, MAX(Attempt) AS MaxAttempts,
           SUM(CASE WHEN IsRetryable THEN 1 ELSE 0 END) AS RetryableAttempts
    FROM (
        SELECT b.*, SUM(Begins) OVER (PARTITION BY CompanyID, RequestID, OlderToken
                                      ORDER BY RetryID ROWS UNBOUNDED PRECEDING) AS RequestNumber
        FROM (
            SELECT a.*, CASE WHEN Attempt > LAG(Attempt) OVER (PARTITION BY CompanyID, RequestID, OlderToken ORDER BY RetryID)
                             THEN 0 ELSE 1 END AS Begins
            FROM (
                SELECT RetryID, CompanyID, RequestID, Attempt, IsRetryable,
                       CASE WHEN RequestID IS NULL THEN TokenID END AS OlderToken
                FROM ${logSchema}RetryAttempts
            ) a
        ) b
    ) r
    GROUP BY CompanyID, RequestID, OlderToken, RequestNumber
) q
JOIN ${logSchema}RetryAttempts l ON l.RetryID = q.RetryID
$view$);
${aliasOfLogs}SELECT pg_temp.replace_view('vw_FailedRetries', 'SELECT * FROM ${logSchema}vw_FailedRetries');
