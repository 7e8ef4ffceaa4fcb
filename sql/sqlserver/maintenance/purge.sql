-- Deletes rows older than the days below from ApplicationLogs and RetryAttempts, for good. Usage is not touched.
-- Run: sqlcmd -I -b -d <database> -i purge.sql
-- With tollgate.log-schema set put its name and a dot before the tables.

DECLARE @days INT = 90;
DELETE FROM ApplicationLogs WHERE [Timestamp] < DATEADD(DAY, -@days, GETDATE());
DELETE FROM RetryAttempts WHERE [Timestamp] < DATEADD(DAY, -@days, GETDATE());
GO
