package dev.tollgate.database;

import dev.tollgate.settings.SettingException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.DatabaseDriver;

/**
 * Brings the database to what this release needs: the scripts of its engine below {@code sql/}, run by Flyway. They suit
 * an empty database and one that has the tables already, so a database unknown to Flyway is adopted, not refused.
 * Flyway's own history stands in the default schema.
 */
final class Migrations {

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private static final Set<DatabaseDriver> ENGINES =
            Set.of(DatabaseDriver.H2, DatabaseDriver.POSTGRESQL, DatabaseDriver.SQLSERVER);

    private Migrations() {
    }

    static FluentConfiguration configure(FluentConfiguration flyway, Tables tables) {
        // The files of one folder only: those below it are an operator's, run by hand.
        return flyway
                .locations("classpath:sql/" + engine(flyway.getDataSource()) + "/*.sql")
                .failOnMissingLocations(true)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .placeholders(placeholders(tables));
    }

    /** Answers how many scripts had something to do. */
    static int run(Flyway flyway, Tables tables) {
        DataSource database = flyway.getConfiguration().getDataSource();
        createSchema(database, "tollgate.schema", tables.schema());
        createSchema(database, "tollgate.log-schema", tables.logSchema());
        try {
            return flyway.migrate().migrationsExecuted;
        } catch (FlywayException e) {
            if (!Babelfish.is(database)) {
                throw e;
            }
            LOG.warn("Flyway does not get along with Babelfish ({}); the scripts are run without it", e.getMessage());
            return runWithout(database, tables);
        }
    }

    private static int runWithout(DataSource database, Tables tables) {
        try {
            return Babelfish.runScripts(database, placeholders(tables));
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("The scripts below sql/sqlserver cannot be run: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> placeholders(Tables tables) {
        return Map.of("schema", tables.schemaPrefix(), "logSchema", tables.logSchemaPrefix());
    }

    /** The folder below {@code sql/}: h2, postgresql or sqlserver. */
    private static String engine(DataSource database) {
        try (Connection connection = database.getConnection()) {
            String product = connection.getMetaData().getDatabaseProductName();
            DatabaseDriver driver = DatabaseDriver.fromProductName(product);
            if (!ENGINES.contains(driver)) {
                throw new SettingException("spring.datasource.url names a " + product + " database.",
                        "Name an H2, PostgreSQL or SQL Server database in spring.datasource.url.");
            }
            return driver.getId();
        } catch (SQLException | RuntimeException e) {
            if (e instanceof SettingException known) {
                throw known;
            }
            throw new SettingException("The database named by spring.datasource.url cannot be reached: " + deepest(e),
                    "Start that database, or correct spring.datasource.url, spring.datasource.username and"
                            + " spring.datasource.password.", e);
        }
    }

    private static void createSchema(DataSource database, String key, String schema) {
        if (schema.isEmpty()) {
            return;
        }
        try (Connection connection = database.getConnection()) {
            if (!exists(connection, schema)) {
                create(connection, schema);
            }
        } catch (SQLException e) {
            throw new SettingException("The schema '" + schema + "' of " + key + " cannot be created: " + e.getMessage(),
                    "Create it by hand, or let the user of spring.datasource.username create schemas.", e);
        }
    }

    /** Alone in its batch, as SQL Server asks; another node may have been faster. */
    private static void create(Connection connection, String schema) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA " + schema);
        } catch (SQLException e) {
            if (!exists(connection, schema)) {
                throw e;
            }
        }
    }

    private static boolean exists(Connection connection, String schema) throws SQLException {
        String sql = "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SCHEMATA WHERE LOWER(SCHEMA_NAME) = LOWER(?)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schema);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1) > 0;
            }
        }
    }

    private static String deepest(Throwable e) {
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest.getMessage();
    }
}
