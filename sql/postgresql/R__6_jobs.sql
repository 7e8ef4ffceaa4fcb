-- Jobs that several gateways on this database share, where tollgate.cluster.enabled is true; empty otherwise. Times are milliseconds
-- since 1970 by the database's own clock. OrderText is the order without its items, as JSON, without secrets once the job has ended;
-- EndedAt is NULL until then. Bytes is what its results take here.
CREATE TABLE IF NOT EXISTS ${schema}SharedJobs (
    JobID     VARCHAR(200) PRIMARY KEY,
    Type      VARCHAR(100) NOT NULL,
    Owner     VARCHAR(200) NOT NULL,
    OrderedAt BIGINT NOT NULL,
    Total     INT NOT NULL,
    OrderText TEXT NOT NULL,
    State     VARCHAR(20) NOT NULL,
    HeldUp    SMALLINT NOT NULL,
    Message   TEXT,
    Done      INT NOT NULL,
    Failed    INT NOT NULL,
    Tokens    BIGINT NOT NULL,
    Bytes     BIGINT NOT NULL,
    EndedAt   BIGINT
);
CREATE INDEX IF NOT EXISTS SharedJobs_EndedAt ON ${schema}SharedJobs (EndedAt);

-- What is left of a job, and the node that does it: one row where one node has the whole job, else one for so many items. ClaimEpoch
-- grows with each claim; what an earlier one writes of the part is refused.
CREATE TABLE IF NOT EXISTS ${schema}SharedJobParts (
    JobID      VARCHAR(200) NOT NULL,
    Part       INT NOT NULL,
    Items      TEXT NOT NULL,
    NodeID     VARCHAR(64),
    NodeEpoch  BIGINT NOT NULL,
    ClaimEpoch BIGINT NOT NULL,
    PRIMARY KEY (JobID, Part)
);

-- Results, one line an item, compressed (gzip), in the order in which they came (Seq).
CREATE TABLE IF NOT EXISTS ${schema}SharedJobLines (
    JobID VARCHAR(200) NOT NULL,
    Item  VARCHAR(20) NOT NULL,
    Seq   INT NOT NULL,
    Done  SMALLINT NOT NULL,
    Line  BYTEA NOT NULL,
    PRIMARY KEY (JobID, Item)
);
CREATE INDEX IF NOT EXISTS SharedJobLines_Seq ON ${schema}SharedJobLines (JobID, Seq);
