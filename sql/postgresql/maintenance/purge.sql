-- Deletes rows older than the days below from ApplicationLogs and RetryAttempts, for good. Usage is not touched.
-- While the gateway runs: 5,000 rows a transaction.
-- Run, without -1: psql -v ON_ERROR_STOP=1 <database> -f purge.sql
-- With tollgate.log-schema set put SET search_path = <its name>; above the first statement.

CREATE OR REPLACE PROCEDURE pg_temp.purge(days int, batch int) LANGUAGE plpgsql AS $purge$
DECLARE logs bigint; attempts bigint;
BEGIN
    LOOP
        DELETE FROM ApplicationLogs WHERE LogID IN (
            SELECT LogID FROM ApplicationLogs WHERE Timestamp < LOCALTIMESTAMP - days * INTERVAL '1 day' LIMIT batch);
        GET DIAGNOSTICS logs = ROW_COUNT;
        DELETE FROM RetryAttempts WHERE RetryID IN (
            SELECT RetryID FROM RetryAttempts WHERE Timestamp < LOCALTIMESTAMP - days * INTERVAL '1 day' LIMIT batch);
        GET DIAGNOSTICS attempts = ROW_COUNT;
        COMMIT;
        EXIT WHEN logs = 0 AND attempts = 0;
    END LOOP;
END $purge$;

SET tollgate.days = '90';

CALL pg_temp.purge(current_setting('tollgate.days')::int, 5000);
