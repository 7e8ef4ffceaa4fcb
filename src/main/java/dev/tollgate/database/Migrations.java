package dev.tollgate.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.DatabaseDriver;

import dev.tollgate.settings.SettingException;

/**
 * Brings the database to what this release needs: the scripts of its engine below {@code sql/}, run by Flyway. They suit
 * an empty database and one that has the tables already, so a database unknown to Flyway is adopted, not refused.
 * Flyway's own history stands in the default schema.
 */
final class Migrations {

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private static final Set<DatabaseDriver> ENGINES =
            Set.of(DatabaseDriver.H2, DatabaseDriver.POSTGRESQL, DatabaseDriver.SQLSERVER);

    private static final int TRIES = 4;

    private static final Object ONE_AT_A_TIME = new Object();

    private Migrations() {
    }

    static FluentConfiguration configure(FluentConfiguration flyway, Tables tables) {
        // The files of one folder only: those below it are an operator's, run by hand.
        return flyway
                .locations("classpath:sql/" + engine(flyway.getDataSource()) + "/*.sql")
                .failOnMissingLocations(true)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .placeholders(placeholders(flyway.getDataSource(), tables));
    }

    /** Answers how many scripts had something to do. */
    static int run(Flyway flyway, Tables tables) {
        DataSource database = flyway.getConfiguration().getDataSource();
        if (driver(database) != DatabaseDriver.H2) {
            return run(flyway, tables, database);
        }
        // H2 belongs to one process, and others do not see a table while it alters one
        synchronized (ONE_AT_A_TIME) {
            return run(flyway, tables, database);
        }
    }

    private static int run(Flyway flyway, Tables tables, DataSource database) {
        createSchema(database, "tollgate.schema", tables.schema());
        createSchema(database, "tollgate.log-schema", tables.logSchema());
        DatabaseDriver driver = driver(database);
        Optional<ServerDialect> dialect = driver != DatabaseDriver.SQLSERVER ? Optional.empty() : ServiceLoader.load(ServerDialect.class).stream()
                .map(ServiceLoader.Provider::get).filter(one -> one.isOf(database)).findFirst();
        Adoption adoption = new Adoption(database, tables, driver, dialect);
        adoption.prepare();
        int scripts = dialect.map(one -> one.runScripts(database, placeholders(database, tables))).orElseGet(() -> migrate(flyway));
        adoption.complete();
        return scripts;
    }

    /** Two first starts at once may find the same thing missing; the slower one then finds it there. */
    private static int migrate(Flyway flyway) {
        FlywayException first = null;
        for (int tries = 1; tries <= TRIES; tries++) {
            try {
                return flyway.migrate().migrationsExecuted;
            } catch (FlywayException e) {
                first = first == null ? e : first;
                LOG.info("The scripts are run once more, since another start may have been at work: {}", Fault.text(e));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextInt(100, 100 + 300 * tries)));
                forgetFailure(flyway);
            }
        }
        throw new SettingException("The tables cannot be brought to what this release needs: " + sentence(first),
                "Alter or rename what is in the way, or run that script by hand as the owner of the tables; it may be run any number of"
                        + " times. It is in the folder sql of the distribution.", first);
    }

    /** Script and failure, without the statement's text and Flyway's ruled lines. */
    private static String sentence(FlywayException e) {
        String script = e.getMessage().lines().filter(line -> line.contains(".sql")).map(line -> line.replaceAll(".*?([\\w]+\\.sql).*", "$1"))
                .findFirst().map(name -> name + ": ").orElse("");
        return script + deepest(e).lines().findFirst().orElse("");
    }

    /** H2 keeps the note of a script that failed, and would run none any more. */
    private static void forgetFailure(Flyway flyway) {
        try {
            flyway.repair();
        } catch (FlywayException e) {
            LOG.debug("Flyway's history cannot be repaired", e);
        }
    }

    private static Map<String, String> placeholders(DataSource database, Tables tables) {
        String here = currentSchema(database);
        return Map.of("schema", tables.schemaPrefix(), "logSchema", tables.logSchemaPrefix(),
                "aliasOfTokens", tables.schema().isEmpty() || tables.schema().equalsIgnoreCase(here) ? "-- " : "",
                "aliasOfLogs", tables.logSchema().isEmpty() || tables.logSchema().equalsIgnoreCase(here) ? "-- " : "",
                "viewTools", Adoption.viewTools());
    }

    private static String currentSchema(DataSource database) {
        try (Connection connection = database.getConnection()) {
            return connection.getSchema();
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    /** The folder below {@code sql/}: h2, postgresql or sqlserver. */
    private static String engine(DataSource database) {
        return driver(database).getId();
    }

    private static DatabaseDriver driver(DataSource database) {
        try (Connection connection = database.getConnection()) {
            String product = connection.getMetaData().getDatabaseProductName();
            DatabaseDriver driver = DatabaseDriver.fromProductName(product);
            if (!ENGINES.contains(driver)) {
                throw new SettingException("spring.datasource.url names a " + product + " database.",
                        "Name an H2, PostgreSQL or SQL Server database in spring.datasource.url.");
            }
            return driver;
        } catch (SQLException | RuntimeException e) {
            if (e instanceof SettingException known) {
                throw known;
            }
            throw unreachable(e);
        }
    }

    private static SettingException unreachable(Exception e) {
        return new SettingException("The database named by spring.datasource.url cannot be reached: " + deepest(e), ConnectRemedy.of(e), e);
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
