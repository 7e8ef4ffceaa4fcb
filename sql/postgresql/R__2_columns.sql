-- Columns that a table made by an older release, or by another program, may lack. What such a table holds stays as it is.

ALTER TABLE ${schema}TokenMaster ADD COLUMN IF NOT EXISTS CompanyName VARCHAR(200);
ALTER TABLE ${schema}TokenMaster ADD COLUMN IF NOT EXISTS Provider VARCHAR(100) DEFAULT 'Gemini' NOT NULL;
ALTER TABLE ${schema}TokenMaster ADD COLUMN IF NOT EXISTS TotalTokenLimit BIGINT DEFAULT 100000 NOT NULL;
ALTER TABLE ${schema}TokenMaster ADD COLUMN IF NOT EXISTS Status VARCHAR(50) DEFAULT 'Active' NOT NULL;
ALTER TABLE ${schema}TokenMaster ADD COLUMN IF NOT EXISTS CreatedAt TIMESTAMP DEFAULT LOCALTIMESTAMP;

ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS Branch VARCHAR(50) DEFAULT 'Default';
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS RequestedBy VARCHAR(100) DEFAULT 'System';
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS InputTokens BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS OutputTokens BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS TextPromptTokens BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS ImagePromptTokens BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS TextCandidatesTokens BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS TotalTokensUsed BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS RequestCount INT DEFAULT 1 NOT NULL;
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS LoggedAt TIMESTAMP DEFAULT LOCALTIMESTAMP;

ALTER TABLE ${schema}TokenUsageSummary ADD COLUMN IF NOT EXISTS TotalUsedTokens BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE ${schema}TokenUsageSummary ADD COLUMN IF NOT EXISTS TotalRemainingTokens BIGINT DEFAULT 100000 NOT NULL;
ALTER TABLE ${schema}TokenUsageSummary ADD COLUMN IF NOT EXISTS Threshold BIGINT DEFAULT 3000 NOT NULL;
ALTER TABLE ${schema}TokenUsageSummary ADD COLUMN IF NOT EXISTS LastUpdated TIMESTAMP DEFAULT LOCALTIMESTAMP;
-- CarriedOver: the part of TotalUsedTokens that has no row in TokenUsageLogs, because those rows are archived, were gone before
-- the gateway came, or belong to a month that was reset (then below zero). The books agree when used = logged + carried over.
ALTER TABLE ${schema}TokenUsageSummary ADD COLUMN IF NOT EXISTS CarriedOver BIGINT DEFAULT 0 NOT NULL;

ALTER TABLE ${logSchema}ApplicationLogs ADD COLUMN IF NOT EXISTS Timestamp TIMESTAMP DEFAULT LOCALTIMESTAMP;
ALTER TABLE ${logSchema}ApplicationLogs ADD COLUMN IF NOT EXISTS LogLevel VARCHAR(20);
ALTER TABLE ${logSchema}ApplicationLogs ADD COLUMN IF NOT EXISTS Logger VARCHAR(255);
ALTER TABLE ${logSchema}ApplicationLogs ADD COLUMN IF NOT EXISTS Message TEXT;
ALTER TABLE ${logSchema}ApplicationLogs ADD COLUMN IF NOT EXISTS Exception TEXT;
ALTER TABLE ${logSchema}ApplicationLogs ADD COLUMN IF NOT EXISTS Module VARCHAR(255);
ALTER TABLE ${logSchema}ApplicationLogs ADD COLUMN IF NOT EXISTS FunctionName VARCHAR(255);
ALTER TABLE ${logSchema}ApplicationLogs ADD COLUMN IF NOT EXISTS LineNumber INT;

ALTER TABLE ${logSchema}RetryAttempts ADD COLUMN IF NOT EXISTS TokenID INT;
ALTER TABLE ${logSchema}RetryAttempts ADD COLUMN IF NOT EXISTS CompanyID VARCHAR(50);
ALTER TABLE ${logSchema}RetryAttempts ADD COLUMN IF NOT EXISTS Attempt INT;
ALTER TABLE ${logSchema}RetryAttempts ADD COLUMN IF NOT EXISTS ErrorMessage TEXT;
ALTER TABLE ${logSchema}RetryAttempts ADD COLUMN IF NOT EXISTS IsRetryable BOOLEAN DEFAULT TRUE;
ALTER TABLE ${logSchema}RetryAttempts ADD COLUMN IF NOT EXISTS Timestamp TIMESTAMP DEFAULT LOCALTIMESTAMP;

-- RequestID: the X-Request-Id of the request that wrote the row.
-- CallID: one paid call, written at most once however often the write is repeated.
-- CostInUsdTicks: its price in 1/10,000,000,000 US dollar, where the upstream names one. Older rows have none of them.
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS RequestID VARCHAR(128);
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS CallID VARCHAR(64);
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS CostInUsdTicks BIGINT;
ALTER TABLE ${logSchema}ApplicationLogs ADD COLUMN IF NOT EXISTS RequestID VARCHAR(128);
ALTER TABLE ${logSchema}RetryAttempts ADD COLUMN IF NOT EXISTS RequestID VARCHAR(128);

-- Parts of the sums above that have a price of their own, where the upstream names them: CachedTokens (and of them
-- CachedAudioTokens), ToolUseTokens and the prompt's modalities are in InputTokens, ThinkingTokens and the candidates' are in
-- OutputTokens. DocumentPromptTokens are in ImagePromptTokens, too. IsEstimated: the upstream delivered and did not say what
-- it cost. NULL in older rows.
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS CachedTokens BIGINT;
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS CachedAudioTokens BIGINT;
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS ThinkingTokens BIGINT;
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS ToolUseTokens BIGINT;
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS DocumentPromptTokens BIGINT;
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS AudioPromptTokens BIGINT;
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS VideoPromptTokens BIGINT;
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS ImageCandidatesTokens BIGINT;
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS AudioCandidatesTokens BIGINT;
ALTER TABLE ${schema}TokenUsageLogs ADD COLUMN IF NOT EXISTS IsEstimated BOOLEAN;

-- NULL may repeat in a unique index here.
CREATE UNIQUE INDEX IF NOT EXISTS TokenUsageLogs_RequestID ON ${schema}TokenUsageLogs (RequestID);
CREATE UNIQUE INDEX IF NOT EXISTS TokenUsageLogs_CallID ON ${schema}TokenUsageLogs (CallID);

-- Here and not beside the tables, since one of another program may have lacked the column.
CREATE INDEX IF NOT EXISTS TokenMaster_CompanyID_Status ON ${schema}TokenMaster (CompanyID, Status);
CREATE INDEX IF NOT EXISTS TokenMaster_CreatedAt ON ${schema}TokenMaster (CreatedAt);
CREATE INDEX IF NOT EXISTS TokenUsageLogs_TokenID ON ${schema}TokenUsageLogs (TokenID);
CREATE INDEX IF NOT EXISTS TokenUsageLogs_LoggedAt ON ${schema}TokenUsageLogs (LoggedAt);
CREATE INDEX IF NOT EXISTS TokenUsageLogs_Branch ON ${schema}TokenUsageLogs (Branch);
CREATE INDEX IF NOT EXISTS ApplicationLogs_Timestamp ON ${logSchema}ApplicationLogs (Timestamp);
CREATE INDEX IF NOT EXISTS ApplicationLogs_LogLevel ON ${logSchema}ApplicationLogs (LogLevel);
CREATE INDEX IF NOT EXISTS ApplicationLogs_Logger ON ${logSchema}ApplicationLogs (Logger);
CREATE INDEX IF NOT EXISTS RetryAttempts_TokenID ON ${logSchema}RetryAttempts (TokenID);
CREATE INDEX IF NOT EXISTS RetryAttempts_CompanyID ON ${logSchema}RetryAttempts (CompanyID);
CREATE INDEX IF NOT EXISTS RetryAttempts_Timestamp ON ${logSchema}RetryAttempts (Timestamp);
