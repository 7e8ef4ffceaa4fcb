-- What several gateways on this database share, where tollgate.cluster.enabled is true; empty otherwise. Times are milliseconds
-- since 1970 by the database's own clock.

-- One row a gateway. Epoch grows with each start: whatever an older epoch holds is void. DataID tells its data-dir.
CREATE TABLE IF NOT EXISTS ${schema}ClusterNodes (
    NodeID    VARCHAR(64) PRIMARY KEY,
    Epoch     BIGINT NOT NULL,
    DataID    VARCHAR(64) NOT NULL,
    State     VARCHAR(10) NOT NULL,
    StartedAt BIGINT NOT NULL,
    SeenAt    BIGINT NOT NULL,
    DeadAfter BIGINT NOT NULL,
    Version   VARCHAR(50) NOT NULL
);

-- What all gateways must agree on: shape (of these tables), master-key (a text that only the right key opens), keys (grows
-- with each revoked key).
CREATE TABLE IF NOT EXISTS ${schema}ClusterSettings (
    Name  VARCHAR(64) PRIMARY KEY,
    Value VARCHAR(500) NOT NULL
);

-- Calls of a day (or another period, by its first day) that the nodes count together.
CREATE TABLE IF NOT EXISTS ${schema}SharedQuotas (
    Name     VARCHAR(100) NOT NULL,
    DayBegin VARCHAR(10) NOT NULL,
    Calls    BIGINT NOT NULL,
    PRIMARY KEY (Name, DayBegin)
);

-- Verdicts of /judge, the first one of each question, by the SHA-256 of the question's key.
CREATE TABLE IF NOT EXISTS ${schema}SharedVerdicts (
    KeyHash  VARCHAR(64) PRIMARY KEY,
    KeyText  TEXT NOT NULL,
    Verdict  SMALLINT NOT NULL,
    JudgedAt BIGINT NOT NULL
);

-- Questions that a node is asking now.
CREATE TABLE IF NOT EXISTS ${schema}SharedFlights (
    KeyHash VARCHAR(64) PRIMARY KEY,
    NodeID  VARCHAR(64) NOT NULL,
    Epoch   BIGINT NOT NULL,
    EndsAt  BIGINT NOT NULL
);

-- Companies' tokens whose limit the nodes count together: a row is what they wait for, one after the other.
CREATE TABLE IF NOT EXISTS ${schema}SharedBudgets (
    TokenID BIGINT PRIMARY KEY,
    Turn    BIGINT NOT NULL
);

-- Tokens that calls in flight may use, by the id of the call; or a node's part for when the database is away (share:...).
CREATE TABLE IF NOT EXISTS ${schema}SharedHolds (
    HoldID  VARCHAR(128) PRIMARY KEY,
    TokenID BIGINT NOT NULL,
    Tokens  BIGINT NOT NULL,
    NodeID  VARCHAR(64) NOT NULL,
    Epoch   BIGINT NOT NULL,
    EndsAt  BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS SharedHolds_TokenID ON ${schema}SharedHolds (TokenID);

-- Access tokens of sellers, by the SHA-256 of application and refresh token; encrypted. A new one is written over the Version that
-- was read; a node that asks for one has claimed it until ClaimedUntil.
CREATE TABLE IF NOT EXISTS ${schema}SharedTokens (
    TokenKey     VARCHAR(64) PRIMARY KEY,
    Version      BIGINT NOT NULL,
    AccessToken  TEXT,
    IssuedAt     BIGINT NOT NULL,
    EndsAt       BIGINT NOT NULL,
    RenewAt      BIGINT NOT NULL,
    ClaimedBy    VARCHAR(64),
    ClaimEpoch   BIGINT NOT NULL,
    ClaimedUntil BIGINT NOT NULL
);

-- Consents that a browser has begun at one node and may finish at another, by the SHA-256 of the state; each once.
CREATE TABLE IF NOT EXISTS ${schema}SharedConsents (
    StateHash      VARCHAR(64) PRIMARY KEY,
    BrowserHash    VARCHAR(64) NOT NULL,
    Marketplace    VARCHAR(32) NOT NULL,
    RedirectUri    VARCHAR(2000) NOT NULL,
    ExpectedSeller VARCHAR(64) NOT NULL,
    EndsAt         BIGINT NOT NULL,
    Used           SMALLINT NOT NULL
);
