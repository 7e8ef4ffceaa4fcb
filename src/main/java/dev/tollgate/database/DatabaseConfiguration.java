package dev.tollgate.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.flyway.FlywayConfigurationCustomizer;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

/**
 * Migrates the database before anything else uses it, and tells the others what its tables are called. Spring Boot makes
 * the Flyway; only what depends on the engine and the schemas is added here.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseProperties.class)
class DatabaseConfiguration {

    @Bean
    Tables tables(DatabaseProperties properties) {
        return new Tables(properties.schema(), properties.logSchema());
    }

    /** As the tables are once the scripts have run. */
    @Bean
    @DependsOnDatabaseInitialization
    CountColumns countColumns(DataSource dataSource, Tables tables) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return CountColumns.read(connection, tables);
        }
    }

    /** Likewise. */
    @Bean
    @DependsOnDatabaseInitialization
    TextWidths textWidths(DataSource dataSource, Tables tables) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return TextWidths.read(connection, tables);
        }
    }

    /**
     * Tells routes, as {@code {{tollgate.sql.by-company-index}}}, how the database finds a company by its index; known once the
     * scripts have run.
     */
    @Bean
    @DependsOnDatabaseInitialization
    CompanyColumn companyColumn(DataSource dataSource, Tables tables, ConfigurableEnvironment environment) {
        CompanyColumn column = CompanyIndex.column(dataSource, tables);
        environment.getPropertySources().addFirst(new MapPropertySource("companyColumn", Map.of(CompanyColumn.SETTING, column.condition())));
        return column;
    }

    /** Times of the database's columns; routes know it as {@code databaseClock}. */
    @Bean
    @DependsOnDatabaseInitialization
    DatabaseClock databaseClock(DataSource dataSource, ObjectProvider<Clock> clock) {
        return DatabaseClock.of(dataSource, clock.getIfUnique(Clock::systemUTC));
    }

    /** For routes only, as {@code jdbc:ledgerDatabase}; everybody else injects the pool itself. */
    @Bean(defaultCandidate = false, autowireCandidate = false)
    DataSource ledgerDatabase(DataSource dataSource, Environment environment) {
        return new CountedParameters(dataSource, queryTimeout(environment));
    }

    private static Duration queryTimeout(Environment environment) {
        return environment.getProperty("tollgate.ledger.query-timeout", Duration.class, Duration.ofSeconds(5));
    }

    @Bean
    static NetworkTimeouts networkTimeouts(Environment environment) {
        return new NetworkTimeouts(queryTimeout(environment));
    }

    @Bean
    FlywayConfigurationCustomizer migrationScripts(Tables tables) {
        return flyway -> Migrations.configure(flyway.dataSource(NetworkTimeouts.unbounded(flyway.getDataSource())), tables);
    }

    @Bean
    FlywayMigrationStrategy migration(Tables tables) {
        return flyway -> Migrations.run(flyway, tables);
    }
}
