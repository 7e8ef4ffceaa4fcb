package dev.tollgate.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * PostgreSQL that speaks SQL Server's protocol. Flyway takes it for an old SQL Server and asks it for things that it may
 * not have; the scripts themselves keep to what it knows, but for ALTER VIEW, and may run any number of times, so there they
 * can do without Flyway.
 */
public final class Babelfish implements ServerDialect {

    private static final Logger LOG = LoggerFactory.getLogger(Babelfish.class);
    private static final Pattern BATCH_END = Pattern.compile("(?m)^GO\\s*$");
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*--.*$");
    /** It knows neither ALTER VIEW nor a view on a view that is replaced. */
    private static final Pattern ALTER_VIEW = Pattern.compile("\\s*ALTER VIEW (\\S+) AS\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern STUB = Pattern.compile("(?s)\\s*IF OBJECT_ID\\('(\\S+)', 'V'\\) IS NULL EXEC\\('CREATE VIEW .*");

    @Override
    public boolean isOf(DataSource database) {
        return is(database);
    }

    static boolean is(DataSource database) {
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement();
                ResultSet version = statement.executeQuery("SELECT @@VERSION")) {
            return version.next() && String.valueOf(version.getString(1)).contains("Babelfish");
        } catch (SQLException e) {
            return false; // no SQL Server of any kind
        }
    }

    /** Each batch on its own. */
    @Override
    public int runScripts(DataSource database, Map<String, String> placeholders) {
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            List<Resource> scripts = Stream.of(new PathMatchingResourcePatternResolver()
                    .getResources("classpath:sql/sqlserver/R__*.sql")).sorted(Comparator.comparing(Resource::getFilename)).toList();
            for (Resource script : scripts) {
                for (String batch : batches(script.getContentAsString(StandardCharsets.UTF_8), placeholders)) {
                    run(connection, statement, batch);
                }
            }
            return scripts.size();
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("The scripts below sql/sqlserver cannot be run: " + e.getMessage(), e);
        }
    }

    /** It keeps the column's default, and knows neither its name nor NULL there; the views are made again by the scripts that follow. */
    @Override
    public void widen(JdbcTemplate sql, String schema, String table, String column) {
        for (String view : List.of("vw_TokenStatus", "vw_UsageSummary")) {
            sql.execute("DROP VIEW IF EXISTS " + view);
            sql.execute("DROP VIEW IF EXISTS " + schema + view);
        }
        sql.execute("ALTER TABLE " + schema + table + " ALTER COLUMN " + column + " BIGINT");
    }

    static void run(Connection connection, Statement statement, String batch) throws SQLException {
        String code = COMMENT.matcher(batch).replaceAll("").strip();
        Matcher view = ALTER_VIEW.matcher(code);
        if (view.lookingAt()) {
            replace(connection, view.group(1), code.substring(view.end()));
        } else if (!STUB.matcher(code).matches()) {
            statement.execute(batch);
        }
    }

    /**
     * Makes a view anew unless it is already as it should be, so that later starts leave it and the rights on it alone. Where it
     * cannot be dropped, because a view of somebody else stands on it, it stays as it is.
     */
    private static void replace(Connection connection, String name, String body) throws SQLException {
        String create = "CREATE VIEW " + name + " AS" + body;
        if (same(definition(connection, name), create)) {
            return;
        }
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            List<String> grants = isThere(connection, name) ? grants(connection, name) : List.of();
            statement.execute("DROP VIEW IF EXISTS " + name);
            statement.execute(create);
            for (String grant : grants) {
                statement.execute(grant);
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            if (!isThere(connection, name)) {
                throw e;
            }
            LOG.warn("The view {} stays as it is: {}", name, Fault.text(e));
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static boolean same(String definition, String create) {
        return definition != null && definition.replaceAll("\\s+", " ").strip().equalsIgnoreCase(create.replaceAll("\\s+", " ").strip());
    }

    private static boolean isThere(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT OBJECT_ID('" + name + "', 'V')")) {
            return row.next() && row.getObject(1) != null;
        }
    }

    /** Null where there is no such view, or its text is not told. */
    private static String definition(Connection connection, String name) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT OBJECT_DEFINITION(OBJECT_ID('" + name + "', 'V'))")) {
            return row.next() ? row.getString(1) : null;
        } catch (SQLException e) {
            LOG.debug("The text of view {} is not told", name, e);
            return null;
        }
    }

    /** What is granted on a view; on a savepoint, since not every version tells. */
    private static List<String> grants(Connection connection, String name) throws SQLException {
        List<String> grants = new ArrayList<>();
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(
                "SELECT p.permission_name, USER_NAME(p.grantee_principal_id) FROM sys.database_permissions p"
                        + " WHERE p.class = 1 AND p.major_id = OBJECT_ID('" + name + "', 'V') AND p.state IN ('G', 'W')")) {
            while (rows.next()) {
                if (rows.getString(2) != null) {
                    grants.add("GRANT " + rows.getString(1) + " ON " + name + " TO [" + rows.getString(2).replace("]", "]]") + "]");
                }
            }
        } catch (SQLException e) {
            connection.rollback(before);
            LOG.warn("The rights granted on view {} are not told; grant them again after this start: {}", name, Fault.text(e));
        }
        return grants;
    }

    static List<String> batches(String script, Map<String, String> placeholders) {
        String text = script;
        for (Map.Entry<String, String> placeholder : placeholders.entrySet()) {
            text = text.replace("${" + placeholder.getKey() + "}", placeholder.getValue());
        }
        return Arrays.stream(BATCH_END.split(text)).map(String::strip)
                .filter(batch -> !COMMENT.matcher(batch).replaceAll("").isBlank()).toList();
    }
}
