package dev.tollgate.database;

import java.sql.SQLException;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.SQLExceptionOverride;

/**
 * Lets a pool let go of connections that will never work again although they look alive. H2 closes its file at the first
 * write that fails, for example because the disk is full, and every connection of that time stays closed with it; the next
 * new one opens the file again. So the first error of this kind empties the pool.
 */
public final class DeadConnections implements SQLExceptionOverride {

    private final HikariDataSource pool;

    private DeadConnections(HikariDataSource pool) {
        this.pool = pool;
    }

    /** Watches a pool that has not connected yet; one that an operator gave an override of their own keeps that. */
    public static void leave(HikariDataSource pool) {
        if (pool.getExceptionOverride() == null && pool.getExceptionOverrideClassName() == null) {
            pool.setExceptionOverride(new DeadConnections(pool));
        }
    }

    @java.lang.Override
    public Override adjudicate(SQLException failure) {
        if (!Fault.endsConnection(failure)) {
            return Override.CONTINUE_EVICT;
        }
        HikariPoolMXBean connections = pool.getHikariPoolMXBean();
        if (connections != null) {
            connections.softEvictConnections();
        }
        return Override.MUST_EVICT;
    }
}
