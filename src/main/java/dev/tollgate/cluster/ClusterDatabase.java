package dev.tollgate.cluster;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

import dev.tollgate.database.Fault;
import dev.tollgate.database.Tables;

/**
 * The database that all nodes share: short transactions, durable when they return, and its own clock. After a failure only one
 * caller a second tries again; the others are told at once.
 */
public final class ClusterDatabase {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterDatabase.class);
    private static final int TRIES = 6;
    private static final long PROBE_EVERY = TimeUnit.SECONDS.toNanos(1);

    private final JdbcTemplate sql;
    private final TransactionTemplate transaction;
    private final Tables tables;
    private final String now;
    private final boolean sqlServer;
    /** When the next caller may try, by {@link System#nanoTime}; null while the database answers. */
    private final AtomicReference<Long> nextTry = new AtomicReference<>();

    ClusterDatabase(DataSource database, Tables tables, DatabaseDriver engine, Duration queryTimeout) {
        this.sql = new JdbcTemplate(database);
        this.sql.setQueryTimeout((int) Math.max(1, queryTimeout.toSeconds()));
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        this.tables = tables;
        this.sqlServer = engine == DatabaseDriver.SQLSERVER;
        this.now = now(engine);
    }

    static String now(DatabaseDriver engine) {
        return engine == DatabaseDriver.SQLSERVER ? "DATEDIFF_BIG(MILLISECOND, '19700101', SYSUTCDATETIME())"
                : "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
    }

    /** A table by the name to use in a statement. */
    public String table(String name) {
        return tables.shared(name);
    }

    /** An expression of SQL: milliseconds since 1970 by the database's clock, at the moment it is worked out. */
    public String now() {
        return now;
    }

    /** Whether it is a SQL Server, which locks and tells the time in a way of its own. */
    boolean isSqlServer() {
        return sqlServer;
    }

    /** Statements without a transaction of their own: in that of their thread, or each by itself. */
    public JdbcOperations sql() {
        return sql;
    }

    /** Whether the last attempt failed. */
    public boolean isAway() {
        return nextTry.get() != null;
    }

    /**
     * Runs a transaction and commits it. One that collides with another is run again.
     *
     * @throws DatabaseAwayException when it is not certain that it was committed
     */
    public <R> R inTransaction(Function<JdbcOperations, R> work) {
        if (!mayTry()) {
            throw new DatabaseAwayException("the database that the nodes share is away", null);
        }
        return attempt(work);
    }

    /**
     * One statement, without a transaction around it.
     *
     * @throws DatabaseAwayException when it is not known what became of it
     */
    <R> R oneStatement(Function<JdbcOperations, R> work) {
        if (!mayTry()) {
            throw new DatabaseAwayException("the database that the nodes share is away", null);
        }
        return attempt(work, false);
    }

    /** The same as a transaction, whether others wait for the database or not: for the heartbeat, which finds out. */
    <R> R attempt(Function<JdbcOperations, R> work) {
        return attempt(work, true);
    }

    private <R> R attempt(Function<JdbcOperations, R> work, boolean together) {
        for (int tries = 1;; tries++) {
            try {
                R result = together ? transaction.execute(status -> work.apply(sql)) : work.apply(sql);
                if (nextTry.getAndSet(null) != null) {
                    LOG.info("The database that the nodes share answers again");
                }
                return result;
            } catch (DataAccessException | TransactionException failed) {
                Fault fault = Fault.of(failed);
                if (tries == TRIES || fault != Fault.DUPLICATE && fault != Fault.BUSY) {
                    throw away(failed);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextInt(1, 20 * tries)));
            }
        }
    }

    private DatabaseAwayException away(Exception failed) {
        if (nextTry.getAndSet(System.nanoTime() + PROBE_EVERY) == null) {
            LOG.warn("The database that the nodes share is away: {}", Fault.text(failed));
        }
        return new DatabaseAwayException("the database that the nodes share is away", failed);
    }

    private boolean mayTry() {
        Long next = nextTry.get();
        if (next == null) {
            return true;
        }
        long time = System.nanoTime();
        return time - next >= 0 && nextTry.compareAndSet(next, time + PROBE_EVERY);
    }
}
