-- Columns that a table made by an older release, or by another program, may lack. What such a table holds stays as it is.

IF COL_LENGTH('${schema}TokenMaster', 'CompanyName') IS NULL ALTER TABLE ${schema}TokenMaster ADD CompanyName NVARCHAR(200)
GO
IF COL_LENGTH('${schema}TokenMaster', 'Provider') IS NULL ALTER TABLE ${schema}TokenMaster ADD Provider VARCHAR(100) NOT NULL DEFAULT 'Gemini'
GO
IF COL_LENGTH('${schema}TokenMaster', 'TotalTokenLimit') IS NULL ALTER TABLE ${schema}TokenMaster ADD TotalTokenLimit BIGINT NOT NULL DEFAULT 100000
GO
IF COL_LENGTH('${schema}TokenMaster', 'Status') IS NULL ALTER TABLE ${schema}TokenMaster ADD Status VARCHAR(50) NOT NULL DEFAULT 'Active'
GO
IF COL_LENGTH('${schema}TokenMaster', 'CreatedAt') IS NULL ALTER TABLE ${schema}TokenMaster ADD CreatedAt DATETIME DEFAULT GETDATE()
GO

IF COL_LENGTH('${schema}TokenUsageLogs', 'Branch') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD Branch NVARCHAR(50) DEFAULT 'Default'
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'RequestedBy') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD RequestedBy NVARCHAR(100) DEFAULT 'System'
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'InputTokens') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD InputTokens BIGINT NOT NULL DEFAULT 0
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'OutputTokens') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD OutputTokens BIGINT NOT NULL DEFAULT 0
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'TextPromptTokens') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD TextPromptTokens BIGINT NOT NULL DEFAULT 0
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'ImagePromptTokens') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD ImagePromptTokens BIGINT NOT NULL DEFAULT 0
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'TextCandidatesTokens') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD TextCandidatesTokens BIGINT NOT NULL DEFAULT 0
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'TotalTokensUsed') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD TotalTokensUsed BIGINT NOT NULL DEFAULT 0
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'RequestCount') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD RequestCount INT NOT NULL DEFAULT 1
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'LoggedAt') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD LoggedAt DATETIME DEFAULT GETDATE()
GO

IF COL_LENGTH('${schema}TokenUsageSummary', 'TotalUsedTokens') IS NULL ALTER TABLE ${schema}TokenUsageSummary ADD TotalUsedTokens BIGINT NOT NULL DEFAULT 0
GO
IF COL_LENGTH('${schema}TokenUsageSummary', 'TotalRemainingTokens') IS NULL ALTER TABLE ${schema}TokenUsageSummary ADD TotalRemainingTokens BIGINT NOT NULL DEFAULT 100000
GO
IF COL_LENGTH('${schema}TokenUsageSummary', 'Threshold') IS NULL ALTER TABLE ${schema}TokenUsageSummary ADD Threshold BIGINT NOT NULL DEFAULT 3000
GO
IF COL_LENGTH('${schema}TokenUsageSummary', 'LastUpdated') IS NULL ALTER TABLE ${schema}TokenUsageSummary ADD LastUpdated DATETIME DEFAULT GETDATE()
GO
-- CarriedOver: the part of TotalUsedTokens that has no row in TokenUsageLogs, because those rows are archived, were gone before
-- the gateway came, or belong to a month that was reset (then below zero). The books agree when used = logged + carried over.
IF COL_LENGTH('${schema}TokenUsageSummary', 'CarriedOver') IS NULL ALTER TABLE ${schema}TokenUsageSummary ADD CarriedOver BIGINT NOT NULL DEFAULT 0
GO

IF COL_LENGTH('${logSchema}ApplicationLogs', 'Timestamp') IS NULL ALTER TABLE ${logSchema}ApplicationLogs ADD [Timestamp] DATETIME DEFAULT GETDATE()
GO
IF COL_LENGTH('${logSchema}ApplicationLogs', 'LogLevel') IS NULL ALTER TABLE ${logSchema}ApplicationLogs ADD LogLevel VARCHAR(20)
GO
IF COL_LENGTH('${logSchema}ApplicationLogs', 'Logger') IS NULL ALTER TABLE ${logSchema}ApplicationLogs ADD Logger VARCHAR(255)
GO
IF COL_LENGTH('${logSchema}ApplicationLogs', 'Message') IS NULL ALTER TABLE ${logSchema}ApplicationLogs ADD Message NVARCHAR(MAX)
GO
IF COL_LENGTH('${logSchema}ApplicationLogs', 'Exception') IS NULL ALTER TABLE ${logSchema}ApplicationLogs ADD Exception NVARCHAR(MAX)
GO
IF COL_LENGTH('${logSchema}ApplicationLogs', 'Module') IS NULL ALTER TABLE ${logSchema}ApplicationLogs ADD Module VARCHAR(255)
GO
IF COL_LENGTH('${logSchema}ApplicationLogs', 'FunctionName') IS NULL ALTER TABLE ${logSchema}ApplicationLogs ADD FunctionName VARCHAR(255)
GO
IF COL_LENGTH('${logSchema}ApplicationLogs', 'LineNumber') IS NULL ALTER TABLE ${logSchema}ApplicationLogs ADD LineNumber INT
GO

IF COL_LENGTH('${logSchema}RetryAttempts', 'TokenID') IS NULL ALTER TABLE ${logSchema}RetryAttempts ADD TokenID INT
GO
IF COL_LENGTH('${logSchema}RetryAttempts', 'CompanyID') IS NULL ALTER TABLE ${logSchema}RetryAttempts ADD CompanyID NVARCHAR(50)
GO
IF COL_LENGTH('${logSchema}RetryAttempts', 'Attempt') IS NULL ALTER TABLE ${logSchema}RetryAttempts ADD Attempt INT
GO
IF COL_LENGTH('${logSchema}RetryAttempts', 'ErrorMessage') IS NULL ALTER TABLE ${logSchema}RetryAttempts ADD ErrorMessage NVARCHAR(MAX)
GO
IF COL_LENGTH('${logSchema}RetryAttempts', 'IsRetryable') IS NULL ALTER TABLE ${logSchema}RetryAttempts ADD IsRetryable BIT DEFAULT 1
GO
IF COL_LENGTH('${logSchema}RetryAttempts', 'Timestamp') IS NULL ALTER TABLE ${logSchema}RetryAttempts ADD [Timestamp] DATETIME DEFAULT GETDATE()
GO

-- RequestID: the X-Request-Id of the request that wrote the row.
-- CallID: one paid call, written at most once however often the write is repeated.
-- CostInUsdTicks: its price in 1/10,000,000,000 US dollar, where the upstream names one. Older rows have none of them,
-- and a unique index here takes NULL only once; hence the filter.
IF COL_LENGTH('${schema}TokenUsageLogs', 'RequestID') IS NULL
BEGIN
    ALTER TABLE ${schema}TokenUsageLogs ADD RequestID VARCHAR(128);
    EXEC('CREATE UNIQUE INDEX TokenUsageLogs_RequestID ON ${schema}TokenUsageLogs (RequestID) WHERE RequestID IS NOT NULL');
END
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'CallID') IS NULL
BEGIN
    ALTER TABLE ${schema}TokenUsageLogs ADD CallID VARCHAR(64);
    EXEC('CREATE UNIQUE INDEX TokenUsageLogs_CallID ON ${schema}TokenUsageLogs (CallID) WHERE CallID IS NOT NULL');
END
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'CostInUsdTicks') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD CostInUsdTicks BIGINT
GO
IF COL_LENGTH('${logSchema}ApplicationLogs', 'RequestID') IS NULL ALTER TABLE ${logSchema}ApplicationLogs ADD RequestID VARCHAR(128)
GO
IF COL_LENGTH('${logSchema}RetryAttempts', 'RequestID') IS NULL ALTER TABLE ${logSchema}RetryAttempts ADD RequestID VARCHAR(128)
GO

-- Parts of the sums above that have a price of their own, where the upstream names them: CachedTokens (and of them
-- CachedAudioTokens), ToolUseTokens and the prompt's modalities are in InputTokens, ThinkingTokens and the candidates' are in
-- OutputTokens. DocumentPromptTokens are in ImagePromptTokens, too. IsEstimated: the upstream delivered and did not say what
-- it cost. NULL in older rows.
IF COL_LENGTH('${schema}TokenUsageLogs', 'CachedTokens') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD CachedTokens BIGINT
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'CachedAudioTokens') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD CachedAudioTokens BIGINT
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'ThinkingTokens') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD ThinkingTokens BIGINT
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'ToolUseTokens') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD ToolUseTokens BIGINT
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'DocumentPromptTokens') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD DocumentPromptTokens BIGINT
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'AudioPromptTokens') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD AudioPromptTokens BIGINT
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'VideoPromptTokens') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD VideoPromptTokens BIGINT
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'ImageCandidatesTokens') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD ImageCandidatesTokens BIGINT
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'AudioCandidatesTokens') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD AudioCandidatesTokens BIGINT
GO
IF COL_LENGTH('${schema}TokenUsageLogs', 'IsEstimated') IS NULL ALTER TABLE ${schema}TokenUsageLogs ADD IsEstimated BIT
GO
