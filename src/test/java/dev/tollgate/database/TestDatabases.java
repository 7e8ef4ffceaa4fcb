package dev.tollgate.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.flywaydb.core.Flyway;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Real databases for tests: H2 in memory, an embedded PostgreSQL (one server for the whole run), and the SQL Server that
 * TOLLGATE_TEST_SQLSERVER_URL, _USERNAME and _PASSWORD name, which must be one to lose: each process of the build makes a
 * database of its own there (the login needs the right to), whose tables and views are dropped every time. Each call answers a database
 * without rows; without a SQL Server the calling test is skipped.
 */
public final class TestDatabases {

    /** The engines the gateway runs on, for parameterised tests. */
    public enum Engine {
        H2, POSTGRESQL, SQLSERVER;

        /** A database in which nothing has been made yet. */
        public DataSource empty() {
            return switch (this) {
                case H2 -> emptyH2();
                case POSTGRESQL -> emptyPostgresql();
                case SQLSERVER -> emptySqlServer();
            };
        }

        /** A database with the ledger's tables in the default schema. */
        public DataSource migrated() {
            DataSource database = empty();
            migrate(database, "", "");
            return database;
        }

        /** The engine's expression for so many minutes before its own now. */
        String minutesAgo(int minutes) {
            return switch (this) {
                case H2 -> "DATEADD(MINUTE, -" + minutes + ", LOCALTIMESTAMP)";
                case POSTGRESQL -> "LOCALTIMESTAMP - INTERVAL '" + minutes + " minutes'";
                case SQLSERVER -> "DATEADD(MINUTE, -" + minutes + ", GETDATE())";
            };
        }
    }

    private static EmbeddedPostgres server;

    private TestDatabases() {
    }

    public static DataSource h2() {
        return Engine.H2.migrated();
    }

    public static DataSource postgresql() {
        return Engine.POSTGRESQL.migrated();
    }

    /** What a start of the gateway does with these settings; answers how many scripts ran. */
    public static int migrate(DataSource database, String schema, String logSchema) {
        Tables tables = new Tables(schema, logSchema);
        Flyway flyway = Migrations.configure(Flyway.configure().dataSource(database), tables).load();
        return Migrations.run(flyway, tables);
    }

    /** How many scripts have something to do, but for Babelfish, where they run each time without a history and change nothing. */
    static int leftToDo(DataSource database, String schema, String logSchema) {
        int scripts = migrate(database, schema, logSchema);
        return Babelfish.is(database) ? 0 : scripts;
    }

    /** Skips what the server behind SQL Server's protocol does not know, where it is Babelfish. */
    public static void assumeNotBabelfish(Engine engine, DataSource database, String why) {
        assumeFalse(engine == Engine.SQLSERVER && Babelfish.is(database), why);
    }

    private static DataSource emptyH2() {
        return new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
    }

    private static synchronized DataSource emptyPostgresql() {
        try {
            if (server == null) {
                server = EmbeddedPostgres.start();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded PostgreSQL did not start.", e);
        }
        String name = "t" + UUID.randomUUID().toString().replace("-", "");
        new JdbcTemplate(server.getPostgresDatabase()).execute("CREATE DATABASE " + name);
        return new DriverManagerDataSource(server.getJdbcUrl("postgres", name), "postgres", "");
    }

    /** The address of a database for this process of the build alone; the given one itself where none can be made. */
    public static String sqlServerUrl() {
        String given = System.getenv("TOLLGATE_TEST_SQLSERVER_URL");
        String name = "tollgate_test_" + System.getProperty("tollgate.test.fork", "1");
        try {
            new JdbcTemplate(new DriverManagerDataSource(given, System.getenv("TOLLGATE_TEST_SQLSERVER_USERNAME"),
                    System.getenv("TOLLGATE_TEST_SQLSERVER_PASSWORD"))).execute("IF DB_ID('" + name + "') IS NULL CREATE DATABASE " + name);
            return given.replaceAll("(?i);(databaseName|database)=[^;]*", "") + ";databaseName=" + name;
        } catch (DataAccessException e) {
            return given;
        }
    }

    private static DataSource emptySqlServer() {
        String url = System.getenv("TOLLGATE_TEST_SQLSERVER_URL");
        assumeTrue(url != null && !url.isBlank(), "TOLLGATE_TEST_SQLSERVER_URL names no SQL Server to test with");
        DataSource database = new Pooled(sqlServerUrl(), System.getenv("TOLLGATE_TEST_SQLSERVER_USERNAME"),
                System.getenv("TOLLGATE_TEST_SQLSERVER_PASSWORD"));
        SingleConnectionDataSource one = oneConnection(database);
        try {
            dropAll(new JdbcTemplate(one));
        } finally {
            one.destroy();
        }
        return database;
    }

    /** Looks like the others and keeps its connections, of which each takes some servers longer than a hundred statements. */
    private static final class Pooled extends DriverManagerDataSource {

        private static HikariDataSource pool;

        Pooled(String url, String user, String password) {
            super(url, user, password);
        }

        @Override
        public Connection getConnection() throws SQLException {
            return pool(this).getConnection();
        }

        private static synchronized HikariDataSource pool(Pooled source) {
            if (pool == null) {
                pool = new HikariDataSource();
                pool.setJdbcUrl(source.getUrl());
                pool.setUsername(source.getUsername());
                pool.setPassword(source.getPassword());
                pool.setMaximumPoolSize(50);
                pool.setMinimumIdle(0);
            }
            return pool;
        }
    }

    /** For many statements in a row: opening a connection takes a server longer than most of them. To be destroyed. */
    static SingleConnectionDataSource oneConnection(DataSource database) {
        try {
            return new SingleConnectionDataSource(database.getConnection(), true);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Views first; what others point at goes in a later round. */
    private static void dropAll(JdbcTemplate sql) {
        for (int before = Integer.MAX_VALUE; ; ) {
            List<String> drops = sql.query("SELECT TABLE_TYPE, TABLE_SCHEMA, TABLE_NAME FROM INFORMATION_SCHEMA.TABLES ORDER BY TABLE_TYPE DESC, TABLE_NAME",
                    (row, number) -> "DROP " + (row.getString(1).equals("VIEW") ? "VIEW" : "TABLE") + " [" + row.getString(2) + "].[" + row.getString(3) + "]");
            if (drops.isEmpty()) {
                return;
            }
            DataAccessException inTheWay = null;
            for (String drop : drops) {
                try {
                    sql.execute(drop);
                } catch (DataAccessException e) {
                    inTheWay = e;
                }
            }
            if (drops.size() >= before && inTheWay != null) {
                throw inTheWay;
            }
            before = drops.size();
        }
    }
}
