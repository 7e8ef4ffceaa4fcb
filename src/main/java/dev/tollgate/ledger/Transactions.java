package dev.tollgate.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.database.DatabaseClock;

/** Runs work in one transaction in which no statement and no read from the network waits for ever. */
final class Transactions {

    /** Until a server with much to do has cancelled a statement whose time is over; one that takes longer is silent, and so away. */
    private static final int CANCELLING_SECONDS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    private final DataSource dataSource;
    private final int timeoutSeconds;
    private final DatabaseClock clock;

    Transactions(DataSource dataSource, Duration queryTimeout, DatabaseClock clock) {
        this.clock = clock;
        this.dataSource = dataSource;
        this.timeoutSeconds = (int) queryTimeout.toSeconds();
    }

    /** Statements on one connection. */
    @FunctionalInterface
    interface Work<R> {
        R in(Statements statements) throws SQLException;
    }

    /** @throws SQLException from a statement, or from the commit, whose outcome is then unknown */
    <R> R call(Work<R> work) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boundReads(connection);
            connection.setAutoCommit(false);
            try {
                R result = work.in(new Statements(connection, timeoutSeconds, clock));
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollback(connection, e);
                throw e;
            }
        }
    }

    /** A statement's own timeout is the server's affair; a server that fell silent needs this one. */
    private void boundReads(Connection connection) throws SQLException {
        try {
            connection.setNetworkTimeout(Runnable::run, (timeoutSeconds + CANCELLING_SECONDS) * 1000);
        } catch (SQLFeatureNotSupportedException e) {
            LOG.debug("The driver knows no network timeout; statement timeouts remain", e);
        }
    }

    private static void rollback(Connection connection, Exception because) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            because.addSuppressed(e);
        }
    }

    /** Prepares statements with the timeout set and the parameters in place. */
    record Statements(Connection connection, int timeoutSeconds, DatabaseClock clock) {

        PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
            PreparedStatement statement = connection.prepareStatement(sql);
            try {
                statement.setQueryTimeout(timeoutSeconds);
                for (int i = 0; i < parameters.length; i++) {
                    Parameters.set(statement, i + 1, parameters[i], clock);
                }
                return statement;
            } catch (SQLException e) {
                statement.close();
                throw e;
            }
        }

        int update(String sql, Object... parameters) throws SQLException {
            try (PreparedStatement statement = prepare(sql, parameters)) {
                return statement.executeUpdate();
            }
        }
    }
}
