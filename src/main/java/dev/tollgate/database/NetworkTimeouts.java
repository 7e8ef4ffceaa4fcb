package dev.tollgate.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Bounds every wait for a database that keeps its connections open and falls silent: a query, a login, the request to
 * cancel a query. Drivers wait for ever by themselves. What an operator has set for the driver stays.
 */
final class NetworkTimeouts implements BeanPostProcessor {

    private final Duration longest;

    /** @param queryTimeout longest wait for a statement; the network may take a second more */
    NetworkTimeouts(Duration queryTimeout) {
        this.longest = queryTimeout.plusSeconds(1);
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof HikariDataSource pool) {
            Properties driver = pool.getDataSourceProperties();
            DeadConnections.leave(pool);
            settings(DatabaseDriver.fromJdbcUrl(pool.getJdbcUrl())).forEach(driver::putIfAbsent);
        }
        return bean;
    }

    private Map<String, String> settings(DatabaseDriver driver) {
        return switch (driver) {
            case POSTGRESQL -> Map.of("socketTimeout", String.valueOf(longest.toSeconds()), "cancelSignalTimeout", "1");
            case SQLSERVER -> Map.of("socketTimeout", String.valueOf(longest.toMillis()));
            default -> Map.of(); // in this process
        };
    }

    /** The same database for a migration, which may take as long as it takes. */
    static DataSource unbounded(DataSource database) {
        return new DelegatingDataSource(database) {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                connection.setNetworkTimeout(Runnable::run, 0);
                return connection;
            }
        };
    }
}
