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
