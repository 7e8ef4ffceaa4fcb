-- Deletes rows older than the days below from ApplicationLogs and RetryAttempts, for good. Usage is not touched.
-- While the gateway runs: 2,000 rows a transaction, below the 5,000 locks at which the server locks the whole table.
-- Run: sqlcmd -I -b -d <database> -i purge.sql
-- With tollgate.log-schema set put its name and a dot before the tables.

DECLARE @days INT = 90;
DECLARE @before DATETIME = DATEADD(DAY, -@days, GETDATE());
DECLARE @gone INT = 1;
WHILE @gone > 0
BEGIN
    DELETE FROM ApplicationLogs WHERE LogID IN (SELECT TOP (2000) LogID FROM ApplicationLogs WHERE [Timestamp] < @before);
    SET @gone = @@ROWCOUNT;
    DELETE FROM RetryAttempts WHERE RetryID IN (SELECT TOP (2000) RetryID FROM RetryAttempts WHERE [Timestamp] < @before);
    SET @gone = @gone + @@ROWCOUNT;
END
GO
