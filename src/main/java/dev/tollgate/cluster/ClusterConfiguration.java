package dev.tollgate.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.tollgate.database.Tables;
import dev.tollgate.secret.MasterKeys;

/** Takes part where the settings say so; there is nothing of all this otherwise. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("tollgate.cluster.enabled")
class ClusterConfiguration {

    /** The release, of which a class path of folders knows nothing. */
    private static String version() {
        String version = ClusterConfiguration.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    @Bean(destroyMethod = "close")
    @DependsOnDatabaseInitialization
    Cluster cluster(ClusterProperties properties, DataSource dataSource, Tables tables, MasterKeys keys,
            @Value("${tollgate.data-dir:data}") String data,
            @Value("${tollgate.ledger.query-timeout:5s}") Duration queryTimeout) throws IOException, SQLException {
        DatabaseDriver engine;
        try (Connection connection = dataSource.getConnection()) {
            engine = DatabaseDriver.fromProductName(connection.getMetaData().getDatabaseProductName());
        }
        return Cluster.join(properties, new ClusterDatabase(dataSource, tables, engine, queryTimeout), keys, Path.of(data), version());
    }
}
