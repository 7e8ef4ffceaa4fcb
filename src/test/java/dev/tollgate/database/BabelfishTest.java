package dev.tollgate.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import dev.tollgate.LogLines;

import static org.assertj.core.api.Assertions.assertThat;

public class BabelfishTest {

    private static final Map<Integer, String> DEFINITIONS = new ConcurrentHashMap<>();

    @Test
    void aBatchEndsWhereALineSaysGo() {
        assertThat(Babelfish.batches("DROP VIEW IF EXISTS ${schema}a\nGO\n-- GO on\nSELECT 'GO' AS CATEGORY\n  GO\nGO \n\nSELECT 2",
                Map.of("schema", "docUpload."))).containsExactly("DROP VIEW IF EXISTS docUpload.a",
                        "-- GO on\nSELECT 'GO' AS CATEGORY\n  GO", "SELECT 2");
    }

    @Test
    void anotherDatabaseIsNotTakenForIt() {
        assertThat(Babelfish.is(new DriverManagerDataSource("jdbc:h2:mem:", "sa", ""))).isFalse();
    }

    /** What the server knows of views, as far as an H2 can say it. */
    public static Integer objectId(Connection connection, String name, String type) throws SQLException {
        try (ResultSet views = connection.getMetaData().getTables(null, null, name.toUpperCase(Locale.ROOT), new String[] {"VIEW"})) {
            return views.next() ? name.toUpperCase(Locale.ROOT).hashCode() : null;
        }
    }

    public static String objectDefinition(Integer id) {
        return DEFINITIONS.get(id);
    }

    @Test
    void aViewIsMadeReplacedOnceAndLeftAloneFromThenOn() throws SQLException {
        try (Connection connection = server(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE VIEW vw_Old AS SELECT 1 AS Few");
            String batch = "-- What it is for.\nALTER VIEW vw_Old AS\nSELECT 1 AS One, 2 AS Two";
            Babelfish.run(connection, statement, "-- GO on\nIF OBJECT_ID('vw_Old', 'V') IS NULL EXEC('CREATE VIEW vw_Old AS SELECT 1 AS Nothing')");
            Babelfish.run(connection, statement, batch);
            statement.execute("SELECT One + Two FROM vw_Old");
            DEFINITIONS.put("VW_OLD".hashCode(), "CREATE  VIEW vw_Old AS SELECT 1 AS One,\n 2 AS Two");
            statement.execute("CREATE VIEW OnTop AS SELECT Two FROM vw_Old");
            try (LogLines log = new LogLines("dev.tollgate.database")) {
                Babelfish.run(connection, statement, batch);
                assertThat(log.all()).as("it is as it should be").isEmpty();
                Babelfish.run(connection, statement, "ALTER VIEW vw_Old AS SELECT 1 AS One, 2 AS Two, 3 AS Three");
                assertThat(log.containing("WARN", "The view vw_Old stays as it is")).as("a view of somebody else stands on it").hasSize(1);
            }
            statement.execute("SELECT Two FROM OnTop");
            Babelfish.run(connection, statement, "ALTER VIEW vw_New AS SELECT 1 AS One");
            statement.execute("SELECT One FROM vw_New");
            assertThat(connection.getAutoCommit()).isTrue();
        }
    }

    private static Connection server() throws SQLException {
        DEFINITIONS.clear();
        Connection connection = DriverManager.getConnection("jdbc:h2:mem:", "sa", "");
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE ALIAS OBJECT_ID FOR 'dev.tollgate.database.BabelfishTest.objectId'");
            statement.execute("CREATE ALIAS OBJECT_DEFINITION FOR 'dev.tollgate.database.BabelfishTest.objectDefinition'");
        }
        return connection;
    }
}
