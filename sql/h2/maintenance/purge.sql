-- Deletes rows older than the days below from ApplicationLogs and RetryAttempts, for good. Usage is not touched.
-- Run: java -cp h2-*.jar org.h2.tools.RunScript -url <spring.datasource.url> -user sa -script purge.sql
-- Stop the gateway first: an H2 file has one user at a time.
-- With tollgate.log-schema set put SET SCHEMA <its name>; above the first statement.

SET @days = 90;
DELETE FROM ApplicationLogs WHERE Timestamp < DATEADD(DAY, -@days, LOCALTIMESTAMP);
DELETE FROM RetryAttempts WHERE Timestamp < DATEADD(DAY, -@days, LOCALTIMESTAMP);
