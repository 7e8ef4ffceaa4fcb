-- Deletes rows older than the days below from ApplicationLogs and RetryAttempts, for good. Usage is not touched.
-- Run: psql -1 -v ON_ERROR_STOP=1 <database> -f purge.sql
-- With tollgate.log-schema set put SET search_path = <its name>; above the first statement.

SET tollgate.days = '90';
DELETE FROM ApplicationLogs WHERE Timestamp < LOCALTIMESTAMP - current_setting('tollgate.days')::int * INTERVAL '1 day';
DELETE FROM RetryAttempts WHERE Timestamp < LOCALTIMESTAMP - current_setting('tollgate.days')::int * INTERVAL '1 day';
