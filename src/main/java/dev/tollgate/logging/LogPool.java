package dev.tollgate.logging;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.autoconfigure.jdbc.DataSourceProperties;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.util.ClassUtils;

import dev.tollgate.database.DeadConnections;

/**
 * One connection for the log alone, to the database of {@code spring.datasource}, so that a request that holds all other
 * connections does not stop the log, nor the log a request. Nothing connects before the first batch.
 */
final class LogPool extends DelegatingDataSource implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LogPool.class);

    private final HikariDataSource pool = new HikariDataSource();
    private final int queryTimeoutMillis;

    /** @param requests the pool of the requests, whose settings for the driver hold here, too */
    LogPool(DataSourceProperties database, DataSource requests, LoggingProperties properties) {
        this(connections(database, driverSettings(requests)), properties);
    }

    LogPool(DataSource connections, LoggingProperties properties) {
        this.queryTimeoutMillis = Math.toIntExact(properties.queryTimeout().toMillis());
        pool.setDataSource(new OwnLoginTimeout(connections, properties));
        pool.setPoolName(LogRelay.OWN_THREADS);
        pool.setMaximumPoolSize(1);
        pool.setMinimumIdle(0);
        pool.setAutoCommit(false);
        pool.setInitializationFailTimeout(-1);
        DeadConnections.leave(pool);
        pool.setConnectionTimeout(properties.connectionTimeout().toMillis());
        pool.setValidationTimeout(Math.max(250, Math.min(5_000, properties.connectionTimeout().toMillis())));
        setTargetDataSource(pool);
    }

    /** By its driver rather than its URL: with a URL the pool would set the login timeout of the whole JVM to its own. */
    private static DataSource connections(DataSourceProperties database, Properties driverSettings) {
        Class<?> driver = ClassUtils.resolveClassName(database.determineDriverClassName(), database.getClassLoader());
        SimpleDriverDataSource connections = new SimpleDriverDataSource((Driver) BeanUtils.instantiateClass(driver),
                database.determineUrl(), database.determineUsername(), database.determinePassword());
        connections.setConnectionProperties(driverSettings);
        return connections;
    }

    /** {@code spring.datasource.hikari.data-source-properties}: certificates, logins, time limits. */
    static Properties driverSettings(DataSource requests) {
        HikariDataSource hikari = DataSourceUnwrapper.unwrap(requests, HikariConfigMXBean.class, HikariDataSource.class);
        Properties settings = new Properties();
        if (hikari != null) {
            settings.putAll(hikari.getDataSourceProperties());
        }
        return settings;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        try {
            connection.setNetworkTimeout(Runnable::run, queryTimeoutMillis);
            return connection;
        } catch (SQLFeatureNotSupportedException e) {
            // Such a driver (an embedded database, mostly) may hang; then the queue fills and the log goes to the console.
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Whether the database answers now; a connection that broke is replaced, which a pool does not see with every driver. */
    boolean answers() {
        try (Connection connection = getConnection()) {
            if (connection.isValid(1)) {
                return true;
            }
        } catch (SQLException e) {
            log.debug("The log's connection does not answer", e);
        }
        pool.getHikariPoolMXBean().softEvictConnections();
        return false;
    }

    @Override
    public void close() {
        pool.close();
    }

    /** A login timeout that only this pool asks for, as it closes; Spring's data source would say 0 and the pool complain. */
    private static final class OwnLoginTimeout extends DelegatingDataSource {

        private final int seconds;

        OwnLoginTimeout(DataSource connections, LoggingProperties properties) {
            super(connections);
            this.seconds = Math.toIntExact(Math.max(1, properties.connectionTimeout().toSeconds()));
        }

        @Override
        public int getLoginTimeout() {
            return seconds;
        }

        @Override
        public void setLoginTimeout(int ignored) {
            // The driver's own holds: setting it would set it for every connection of the JVM.
        }
    }
}
