-- The ledger's tables. Every script here may run on any database and any number of times: on an empty one it creates,
-- on a deployment that has the tables already it changes only what is missing. Hence repeatable scripts and no versions.
-- Placeholders: schema, logSchema = the name of a schema and a dot, or nothing.
-- An index is made only together with its table: its name is no proof that it exists.

IF OBJECT_ID('${schema}TokenMaster', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}TokenMaster (
        TokenID         INT IDENTITY(1,1) PRIMARY KEY,
        CompanyID       NVARCHAR(50) NOT NULL,
        CompanyName     NVARCHAR(200),
        ApiKey          VARCHAR(500) NOT NULL,
        Provider        VARCHAR(100) NOT NULL,
        TotalTokenLimit BIGINT NOT NULL DEFAULT 100000,
        Status          VARCHAR(50) NOT NULL DEFAULT 'Active',
        CreatedAt       DATETIME NOT NULL DEFAULT GETDATE()
    );
    CREATE INDEX TokenMaster_CompanyID_Status ON ${schema}TokenMaster (CompanyID, Status);
    CREATE INDEX TokenMaster_CreatedAt ON ${schema}TokenMaster (CreatedAt);
END
GO

-- TokenID is null for a call that the fallback key paid.
IF OBJECT_ID('${schema}TokenUsageLogs', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}TokenUsageLogs (
        UsageID              INT IDENTITY(1,1) PRIMARY KEY,
        TokenID              INT REFERENCES ${schema}TokenMaster (TokenID),
        Branch               NVARCHAR(50) DEFAULT 'Default',
        RequestedBy          NVARCHAR(100) DEFAULT 'System',
        InputTokens          BIGINT NOT NULL DEFAULT 0,
        OutputTokens         BIGINT NOT NULL DEFAULT 0,
        TextPromptTokens     BIGINT NOT NULL DEFAULT 0,
        ImagePromptTokens    BIGINT NOT NULL DEFAULT 0,
        TextCandidatesTokens BIGINT NOT NULL DEFAULT 0,
        TotalTokensUsed      BIGINT NOT NULL DEFAULT 0,
        RequestCount         INT NOT NULL DEFAULT 1,
        LoggedAt             DATETIME NOT NULL DEFAULT GETDATE()
    );
    CREATE INDEX TokenUsageLogs_TokenID ON ${schema}TokenUsageLogs (TokenID);
    CREATE INDEX TokenUsageLogs_LoggedAt ON ${schema}TokenUsageLogs (LoggedAt);
    CREATE INDEX TokenUsageLogs_Branch ON ${schema}TokenUsageLogs (Branch);
END
GO

IF OBJECT_ID('${schema}TokenUsageSummary', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}TokenUsageSummary (
        SummaryID            INT IDENTITY(1,1) PRIMARY KEY,
        TokenID              INT NOT NULL UNIQUE REFERENCES ${schema}TokenMaster (TokenID),
        TotalUsedTokens      BIGINT NOT NULL DEFAULT 0,
        TotalRemainingTokens BIGINT NOT NULL DEFAULT 100000,
        Threshold            BIGINT NOT NULL DEFAULT 3000,
        LastUpdated          DATETIME NOT NULL DEFAULT GETDATE()
    );
END
GO

-- One row a seller who gave consent. RefreshToken is encrypted; State is connected or reconnect-needed; times are UTC.
IF OBJECT_ID('${schema}SellerGrants', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}SellerGrants (
        GrantID      INT IDENTITY(1,1) PRIMARY KEY,
        SellerID     VARCHAR(64) NOT NULL UNIQUE,
        Region       VARCHAR(2) NOT NULL,
        Marketplaces VARCHAR(1000) NOT NULL,
        RefreshToken VARCHAR(4000) NOT NULL,
        State        VARCHAR(20) NOT NULL,
        ConnectedAt  DATETIME NOT NULL,
        LastError    NVARCHAR(500),
        LastErrorAt  DATETIME
    );
END
GO

IF OBJECT_ID('${logSchema}ApplicationLogs', 'U') IS NULL
BEGIN
    CREATE TABLE ${logSchema}ApplicationLogs (
        LogID        INT IDENTITY(1,1) PRIMARY KEY,
        [Timestamp]  DATETIME NOT NULL DEFAULT GETDATE(),
        LogLevel     VARCHAR(20),
        Logger       VARCHAR(255),
        Message      NVARCHAR(MAX),
        Exception    NVARCHAR(MAX),
        Module       VARCHAR(255),
        FunctionName VARCHAR(255),
        LineNumber   INT
    );
    CREATE INDEX ApplicationLogs_Timestamp ON ${logSchema}ApplicationLogs ([Timestamp]);
    CREATE INDEX ApplicationLogs_LogLevel ON ${logSchema}ApplicationLogs (LogLevel);
    CREATE INDEX ApplicationLogs_Logger ON ${logSchema}ApplicationLogs (Logger);
END
GO

IF OBJECT_ID('${logSchema}RetryAttempts', 'U') IS NULL
BEGIN
    CREATE TABLE ${logSchema}RetryAttempts (
        RetryID      INT IDENTITY(1,1) PRIMARY KEY,
        TokenID      INT,
        CompanyID    NVARCHAR(50),
        Attempt      INT,
        ErrorMessage NVARCHAR(MAX),
        IsRetryable  BIT DEFAULT 1,
        [Timestamp]  DATETIME NOT NULL DEFAULT GETDATE()
    );
    CREATE INDEX RetryAttempts_TokenID ON ${logSchema}RetryAttempts (TokenID);
    CREATE INDEX RetryAttempts_CompanyID ON ${logSchema}RetryAttempts (CompanyID);
    CREATE INDEX RetryAttempts_Timestamp ON ${logSchema}RetryAttempts ([Timestamp]);
END
GO

-- Keys of the gateway's callers. KeyHash is SHA-256 of a key that nobody else has; the key itself is nowhere.
IF OBJECT_ID('${schema}GatewayKeys', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}GatewayKeys (
        KeyID      VARCHAR(32) NOT NULL PRIMARY KEY,
        KeyHash    VARCHAR(64) NOT NULL UNIQUE,
        LastFour   VARCHAR(4) NOT NULL,
        KeyName    NVARCHAR(100) NOT NULL,
        Apis       VARCHAR(500) NOT NULL,
        CompanyID  NVARCHAR(50),
        SellerID   VARCHAR(50),
        CreatedAt  DATETIME NOT NULL DEFAULT GETDATE(),
        LastUsedAt DATETIME,
        RevokedAt  DATETIME
    );
END
GO

-- Who changed keys and tokens, and when. Never a secret.
IF OBJECT_ID('${schema}AdminAudit', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}AdminAudit (
        AuditID   INT IDENTITY(1,1) PRIMARY KEY,
        ChangedAt DATETIME NOT NULL DEFAULT GETDATE(),
        Who       NVARCHAR(100) NOT NULL,
        Action    VARCHAR(50) NOT NULL,
        Target    NVARCHAR(100) NOT NULL,
        Detail    NVARCHAR(1000),
        RequestID VARCHAR(128)
    );
    CREATE INDEX AdminAudit_ChangedAt ON ${schema}AdminAudit (ChangedAt);
END
GO

-- What the first start found in tables that it had not made itself: one row, a JSON object, for GET /status/adoption.
IF OBJECT_ID('${schema}GatewayAdoption', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}GatewayAdoption (
        AdoptionID INT IDENTITY(1,1) PRIMARY KEY,
        AdoptedAt  DATETIME NOT NULL DEFAULT GETDATE(),
        Report     NVARCHAR(MAX) NOT NULL
    );
END
GO
