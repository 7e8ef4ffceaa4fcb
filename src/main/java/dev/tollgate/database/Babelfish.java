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
import java.util.HashMap;
import java.util.LinkedHashMap;
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

    /** One that can be made again: its full name, its CREATE VIEW, and the rights on it as statements. */
    private record View(String name, String text, List<String> grants) {
    }

    @FunctionalInterface
    private interface Change {
        void run(Statement statement) throws SQLException;
    }

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

    /** It keeps the columns' defaults, and knows neither their names nor NULL there. */
    @Override
    public void widen(JdbcTemplate sql, String table, List<String> columns) {
        sql.execute((Connection connection) -> {
            change(connection, "", statement -> {
                for (String column : columns) {
                    statement.execute("ALTER TABLE " + table + " ALTER COLUMN " + column + " BIGINT");
                }
            });
            return null;
        });
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
     * cannot be dropped, because somebody else's view stands on it that cannot be made again, it stays as it is.
     */
    private static void replace(Connection connection, String name, String body) throws SQLException {
        String create = "CREATE VIEW " + name + " AS" + body;
        if (same(definition(connection, name), create)) {
            return;
        }
        connection.setAutoCommit(false);
        try {
            List<String> grants = isThere(connection, name) ? grants(connection).getOrDefault(id(connection, name), List.of()) : List.of();
            change(connection, name, one -> {
                one.execute("DROP VIEW IF EXISTS " + name);
                one.execute(create);
                for (String grant : grants) {
                    one.execute(grant);
                }
            });
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

    /**
     * Changes something in the open transaction. Where a view is in the way, those that may stand on it are dropped for as long, and
     * made again with the rights on them; a view can only stand on older ones.
     *
     * @param under the oldest view that is changed; empty: every view may be in the way
     */
    private static void change(Connection connection, String under, Change change) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement()) {
            try {
                change.run(statement);
                return;
            } catch (SQLException inTheWay) {
                LOG.debug("It is tried again without the views", inTheWay);
                connection.rollback(before);
            }
            List<View> views = views(connection, under);
            for (int i = views.size() - 1; i >= 0; i--) {
                statement.execute("DROP VIEW " + views.get(i).name);
            }
            change.run(statement);
            for (View view : views) {
                statement.execute(view.text);
                for (String grant : view.grants) {
                    statement.execute(grant);
                }
            }
        }
    }

    /** All that are newer than one, the oldest first. Bound: the views of the database. */
    private static List<View> views(Connection connection, String than) throws SQLException {
        Map<Integer, List<String>> grants = grants(connection);
        List<View> views = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT SCHEMA_NAME(v.schema_id), v.name,"
                + " v.object_id, OBJECT_DEFINITION(v.object_id) FROM sys.views v" + (than.isEmpty() ? "" : " WHERE v.object_id > OBJECT_ID('" + than
                + "', 'V')") + " ORDER BY v.object_id")) {
            while (rows.next()) {
                String name = quoted(rows.getString(1)) + "." + quoted(rows.getString(2));
                if (rows.getString(4) == null) {
                    throw new SQLException("The text of view " + name + " is not told, so that it could not be made again");
                }
                views.add(new View(name, rows.getString(4), grants.getOrDefault(rows.getInt(3), List.of())));
            }
        }
        return views;
    }

    private static String quoted(String name) {
        return "[" + name.replace("]", "]]") + "]";
    }

    private static boolean isThere(Connection connection, String name) throws SQLException {
        return id(connection, name) != null;
    }

    private static Integer id(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT OBJECT_ID('" + name.replace("'", "''") + "', 'V')")) {
            return row.next() ? row.getObject(1, Integer.class) : null;
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

    /** What is granted on views, by their ids. Its sys.database_permissions is empty, this procedure is not. */
    private static Map<Integer, List<String>> grants(Connection connection) throws SQLException {
        Map<String, List<String>> named = new LinkedHashMap<>();
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("EXEC sp_table_privileges '%'")) {
            while (rows.next()) {
                if (!rows.getString("GRANTEE").equals(rows.getString("GRANTOR"))) { // the owner's own
                    String view = quoted(rows.getString("TABLE_OWNER")) + "." + quoted(rows.getString("TABLE_NAME"));
                    named.computeIfAbsent(view, name -> new ArrayList<>()).add("GRANT " + rows.getString("PRIVILEGE") + " ON " + view + " TO "
                            + quoted(rows.getString("GRANTEE")) + (rows.getString("IS_GRANTABLE").equals("YES") ? " WITH GRANT OPTION" : ""));
                }
            }
        } catch (SQLException e) {
            connection.rollback(before);
            LOG.warn("The rights granted on views are not told; grant them again after this start: {}", Fault.text(e));
        }
        Map<Integer, List<String>> grants = new HashMap<>();
        for (Map.Entry<String, List<String>> view : named.entrySet()) {
            Integer id = id(connection, view.getKey());
            if (id != null) { // else it is a table's
                grants.put(id, view.getValue());
            }
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
