-- What several gateways on this database share, where tollgate.cluster.enabled is true; empty otherwise. Times are milliseconds
-- since 1970 by the database's own clock.

-- One row a gateway. Epoch grows with each start: whatever an older epoch holds is void. DataID tells its data-dir.
IF OBJECT_ID('${schema}ClusterNodes', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}ClusterNodes (
        NodeID    VARCHAR(64) NOT NULL PRIMARY KEY,
        Epoch     BIGINT NOT NULL,
        DataID    VARCHAR(64) NOT NULL,
        State     VARCHAR(10) NOT NULL,
        StartedAt BIGINT NOT NULL,
        SeenAt    BIGINT NOT NULL,
        DeadAfter BIGINT NOT NULL,
        Version   VARCHAR(50) NOT NULL
    );
END
GO

-- What all gateways must agree on: shape (of these tables), master-key (a text that only the right key opens), keys (grows
-- with each revoked key).
IF OBJECT_ID('${schema}ClusterSettings', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}ClusterSettings (
        Name  VARCHAR(64) NOT NULL PRIMARY KEY,
        Value VARCHAR(500) NOT NULL
    );
END
GO

-- Calls of a day (or another period, by its first day) that the nodes count together.
IF OBJECT_ID('${schema}SharedQuotas', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}SharedQuotas (
        Name     VARCHAR(100) NOT NULL,
        DayBegin VARCHAR(10) NOT NULL,
        Calls    BIGINT NOT NULL,
        PRIMARY KEY (Name, DayBegin)
    );
END
GO

-- Verdicts of /judge, the first one of each question, by the SHA-256 of the question's key.
IF OBJECT_ID('${schema}SharedVerdicts', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}SharedVerdicts (
        KeyHash  VARCHAR(64) NOT NULL PRIMARY KEY,
        KeyText  NVARCHAR(MAX) NOT NULL,
        Verdict  SMALLINT NOT NULL,
        JudgedAt BIGINT NOT NULL
    );
END
GO

-- Questions that a node is asking now.
IF OBJECT_ID('${schema}SharedFlights', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}SharedFlights (
        KeyHash VARCHAR(64) NOT NULL PRIMARY KEY,
        NodeID  VARCHAR(64) NOT NULL,
        Epoch   BIGINT NOT NULL,
        EndsAt  BIGINT NOT NULL
    );
END
GO

-- Companies' tokens whose limit the nodes count together: a row is what they wait for, one after the other.
IF OBJECT_ID('${schema}SharedBudgets', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}SharedBudgets (
        TokenID BIGINT NOT NULL PRIMARY KEY,
        Turn    BIGINT NOT NULL
    );
END
GO

-- Tokens that calls in flight may use, by the id of the call; or a node's part for when the database is away (share:...).
IF OBJECT_ID('${schema}SharedHolds', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}SharedHolds (
        HoldID  VARCHAR(128) NOT NULL PRIMARY KEY,
        TokenID BIGINT NOT NULL,
        Tokens  BIGINT NOT NULL,
        NodeID  VARCHAR(64) NOT NULL,
        Epoch   BIGINT NOT NULL,
        EndsAt  BIGINT NOT NULL
    );
    CREATE INDEX SharedHolds_TokenID ON ${schema}SharedHolds (TokenID);
END
GO

-- Access tokens of sellers, by the SHA-256 of application and refresh token; encrypted. A new one is written over the Version that
-- was read; a node that asks for one has claimed it until ClaimedUntil.
IF OBJECT_ID('${schema}SharedTokens', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}SharedTokens (
        TokenKey     VARCHAR(64) NOT NULL PRIMARY KEY,
        Version      BIGINT NOT NULL,
        AccessToken  NVARCHAR(MAX),
        IssuedAt     BIGINT NOT NULL,
        EndsAt       BIGINT NOT NULL,
        RenewAt      BIGINT NOT NULL,
        ClaimedBy    VARCHAR(64),
        ClaimEpoch   BIGINT NOT NULL,
        ClaimedUntil BIGINT NOT NULL
    );
END
GO

-- Consents that a browser has begun at one node and may finish at another, by the SHA-256 of the state; each once.
IF OBJECT_ID('${schema}SharedConsents', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}SharedConsents (
        StateHash      VARCHAR(64) NOT NULL PRIMARY KEY,
        BrowserHash    VARCHAR(64) NOT NULL,
        Marketplace    VARCHAR(32) NOT NULL,
        RedirectUri    VARCHAR(2000) NOT NULL,
        ExpectedSeller VARCHAR(64) NOT NULL,
        EndsAt         BIGINT NOT NULL,
        Used           SMALLINT NOT NULL
    );
END
GO
