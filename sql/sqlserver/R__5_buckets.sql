-- Token buckets that several gateways on this database share, where tollgate.cluster.enabled is true; empty otherwise. One row a
-- bucket: State is its balance, what is reserved of it and the heads of the nodes' lines, as JSON; Version grows with each change,
-- ChangedAt is milliseconds since 1970 by the database's own clock. Buckets of a key (Keyed 1) that nobody used for a day go.
IF OBJECT_ID('${schema}SharedBuckets', 'U') IS NULL
BEGIN
    CREATE TABLE ${schema}SharedBuckets (
        BucketKey VARCHAR(200) NOT NULL PRIMARY KEY,
        Version   BIGINT NOT NULL,
        State     NVARCHAR(MAX) NOT NULL,
        Keyed     SMALLINT NOT NULL,
        ChangedAt BIGINT NOT NULL
    );
END
GO
