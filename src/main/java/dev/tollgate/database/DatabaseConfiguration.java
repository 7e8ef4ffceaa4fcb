package dev.tollgate.database;

import org.springframework.boot.autoconfigure.flyway.FlywayConfigurationCustomizer;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

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

    @Bean
    FlywayConfigurationCustomizer migrationScripts(Tables tables) {
        return flyway -> Migrations.configure(flyway, tables);
    }

    @Bean
    FlywayMigrationStrategy migration(Tables tables) {
        return flyway -> Migrations.run(flyway, tables);
    }
}
