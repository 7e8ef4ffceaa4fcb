package dev.tollgate.database;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.springframework.boot.jdbc.DatabaseDriver;

import dev.tollgate.settings.SettingException;

/**
 * What a table of another program must be, so that statements can name it and its columns: a table, under its plain name, with the
 * numbers by which its rows are told apart. What is only missing or narrower is added, widened or done without; what is refused
 * here could be adopted by a guess alone.
 */
final class TableShape {

    private static final Set<Integer> WHOLE = Set.of(Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC, Types.DECIMAL);
    private static final Set<Integer> NUMBERS = Set.of(Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC, Types.DECIMAL,
            Types.REAL, Types.FLOAT, Types.DOUBLE);
    private static final int SQLSERVER_DATETIMEOFFSET = -155;
    private static final Set<Integer> TIMES = Set.of(Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE, Types.DATE, SQLSERVER_DATETIMEOFFSET);

    private enum Must {
        /** Tells the rows apart, so it must be there. */
        ID("a whole number", WHOLE),
        /** What the rows are about, which must be there, too. */
        TEXT_THERE("a text", Set.of()),
        NUMBER("a number", NUMBERS),
        TIME("a date with its time", TIMES),
        TEXT("a text", Set.of());

        private final String what;
        /** Empty: whatever is no number and no time. */
        private final Set<Integer> types;

        Must(String what, Set<Integer> types) {
            this.what = what;
            this.types = types;
        }

        private boolean takes(int type) {
            return types.isEmpty() ? !NUMBERS.contains(type) && !TIMES.contains(type) : types.contains(type);
        }
    }

    private static final Map<String, Map<String, Must>> COLUMNS = Map.of(
            "TokenMaster", Map.of("TokenID", Must.ID, "CompanyID", Must.TEXT_THERE, "ApiKey", Must.TEXT_THERE, "CompanyName", Must.TEXT,
                    "Provider", Must.TEXT, "TotalTokenLimit", Must.NUMBER, "Status", Must.TEXT, "CreatedAt", Must.TIME),
            "TokenUsageLogs", all(Must.NUMBER, Map.of("UsageID", Must.ID, "TokenID", Must.ID, "Branch", Must.TEXT, "RequestedBy", Must.TEXT,
                    "LoggedAt", Must.TIME, "RequestID", Must.TEXT, "CallID", Must.TEXT), "InputTokens", "OutputTokens", "TextPromptTokens",
                    "ImagePromptTokens", "TextCandidatesTokens", "TotalTokensUsed", "RequestCount"),
            "TokenUsageSummary", all(Must.NUMBER, Map.of("SummaryID", Must.ID, "TokenID", Must.ID, "LastUpdated", Must.TIME), "TotalUsedTokens",
                    "TotalRemainingTokens", "Threshold", "CarriedOver"),
            "ApplicationLogs", all(Must.TEXT, Map.of("LogID", Must.ID, "Timestamp", Must.TIME), "LogLevel", "Logger", "Message", "Exception",
                    "Module", "FunctionName"),
            "RetryAttempts", Map.of("RetryID", Must.ID, "Timestamp", Must.TIME, "CompanyID", Must.TEXT, "Attempt", Must.NUMBER, "ErrorMessage",
                    Must.TEXT));

    private final Connection connection;
    private final DatabaseMetaData about;
    private final DatabaseDriver engine;

    private TableShape(Connection connection, DatabaseDriver engine) throws SQLException {
        this.connection = connection;
        this.about = connection.getMetaData();
        this.engine = engine;
    }

    private static Map<String, Must> all(Must must, Map<String, Must> others, String... names) {
        Map<String, Must> columns = new HashMap<>(others);
        for (String name : names) {
            columns.put(name, must);
        }
        return Map.copyOf(columns);
    }

    /**
     * Looks at those tables that are there.
     *
     * @throws SettingException for one that cannot be used as it is; says how to alter it
     */
    static void check(Connection connection, Tables tables, DatabaseDriver engine) throws SQLException {
        TableShape shape = new TableShape(connection, engine);
        shape.check("TokenMaster", tables.schema());
        shape.check("TokenUsageLogs", tables.schema());
        shape.check("TokenUsageSummary", tables.schema());
        shape.check("ApplicationLogs", tables.logSchema());
        shape.check("RetryAttempts", tables.logSchema());
    }

    private void check(String table, String schema) throws SQLException {
        String full = schema.isEmpty() ? table : schema + "." + table;
        Map<String, String> found = kinds(table, schema);
        if (found.isEmpty()) {
            return; // it is made by the scripts
        }
        String stored = stored(table);
        if (stored != null && !found.containsKey(stored)) {
            String quoted = found.keySet().iterator().next();
            throw new SettingException("The table " + full + " has its capitals as a part of its name, \"" + quoted + "\", so that no program"
                    + " finds it without quotation marks.", "Rename it: ALTER TABLE " + prefix(schema) + "\"" + quoted + "\" RENAME TO " + table + ";");
        }
        String kind = found.getOrDefault(stored == null ? table : stored, found.values().iterator().next());
        if (kind.contains("VIEW") || kind.contains("FOREIGN") || kind.contains("SYNONYM")) {
            throw new SettingException(full + " is a " + kind.toLowerCase(Locale.ROOT) + " and not a table.", "Name the schema in which the table"
                    + " itself stands in tollgate.schema (tollgate.log-schema for the logs), or give the table this name again.");
        }
        Set<String> columns = columns(table, full, COLUMNS.get(table));
        if (table.equals("TokenUsageLogs") && engine != DatabaseDriver.SQLSERVER) {
            ownColumn(full, "CallID", columns);
            ownColumn(full, "RequestID", columns);
        }
    }

    /**
     * A column that the gateway would have made itself, with a value for each row once. (On SQL Server no index is made where the column
     * is there.)
     */
    private void ownColumn(String full, String column, Set<String> there) throws SQLException {
        if (there.stream().noneMatch(column::equalsIgnoreCase) || isUnique(full, column)) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            try (ResultSet twice = statement.executeQuery("SELECT 1 FROM " + full + " WHERE " + column + " IS NOT NULL GROUP BY " + column
                    + " HAVING COUNT(*) > 1")) {
                if (twice.next()) {
                    throw new SettingException("The table " + full + " has a column " + column + " of its own, in which values are found twice.",
                            "Rename that column; the gateway adds one of its own, by which a call is booked once.");
                }
            }
        }
    }

    private boolean isUnique(String full, String column) throws SQLException {
        int dot = full.indexOf('.');
        String schema = dot < 0 ? connection.getSchema() : stored(full.substring(0, dot));
        try (ResultSet parts = about.getIndexInfo(connection.getCatalog(), schema, stored(full.substring(dot + 1)), true, true)) {
            while (parts.next()) {
                if (column.equalsIgnoreCase(parts.getString("COLUMN_NAME"))) {
                    return true; // no other column is in an index with it
                }
            }
        }
        return false;
    }

    /** What has this name, whatever its capitals: its exact name and its kind. */
    private Map<String, String> kinds(String table, String schema) throws SQLException {
        Map<String, String> kinds = new HashMap<>();
        String in = schema.isEmpty() ? connection.getSchema() : stored(schema) == null ? schema : stored(schema);
        try (ResultSet found = about.getTables(connection.getCatalog(), in, null, null)) {
            while (found.next()) {
                if (table.equalsIgnoreCase(found.getString("TABLE_NAME"))) {
                    String kind = found.getString("TABLE_TYPE");
                    if (kind != null && !kind.contains("INDEX") && !kind.contains("SEQUENCE") && !kind.contains("TYPE")) {
                        kinds.put(found.getString("TABLE_NAME"), kind.toUpperCase(Locale.ROOT));
                    }
                }
            }
        }
        return kinds;
    }

    /** The names of the columns that are there. */
    private Set<String> columns(String table, String full, Map<String, Must> known) throws SQLException {
        Map<String, Integer> there = new HashMap<>();
        Map<String, String> types = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet nothing = statement.executeQuery("SELECT * FROM " + full + " WHERE 1 = 0")) {
            ResultSetMetaData columns = nothing.getMetaData();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                there.put(columns.getColumnLabel(i), columns.getColumnType(i));
                types.put(columns.getColumnLabel(i), columns.getColumnTypeName(i));
            }
        }
        for (Map.Entry<String, Must> one : known.entrySet()) {
            String name = one.getKey();
            Must must = one.getValue();
            List<String> alike = new ArrayList<>(there.keySet());
            alike.removeIf(label -> !label.equalsIgnoreCase(name));
            String stored = stored(name);
            if (alike.isEmpty()) {
                if (must == Must.ID || must == Must.TEXT_THERE) {
                    throw new SettingException("The table " + full + " has no column " + name + ".", missing(table, full, name, must));
                }
                continue;
            }
            if (stored != null && !alike.contains(stored)) {
                throw new SettingException("The column " + name + " of " + full + " has its capitals as a part of its name, \"" + alike.get(0)
                        + "\", so that no program finds it without quotation marks.", "Rename it: ALTER TABLE " + full
                        + (engine == DatabaseDriver.H2 ? " ALTER" : " RENAME") + " COLUMN \"" + alike.get(0) + "\""
                        + (engine == DatabaseDriver.H2 ? " RENAME" : "") + " TO " + name + ";");
            }
            String label = stored == null ? alike.get(0) : stored;
            if (!must.takes(there.get(label))) {
                throw new SettingException("The column " + name + " of " + full + " is " + types.get(label) + " and must be " + must.what + ".",
                        "Alter its type (ALTER TABLE " + full + " ALTER COLUMN " + name + " …), or rename the column where it is about something"
                                + " else; what is missing then is added.");
            }
        }
        return there.keySet();
    }

    private String missing(String table, String full, String name, Must must) {
        String identity = engine == DatabaseDriver.SQLSERVER ? "INT IDENTITY(1,1)" : "INT GENERATED BY DEFAULT AS IDENTITY";
        boolean own = must == Must.ID && !(name.equals("TokenID") && !table.equals("TokenMaster"));
        return own ? "Add it: ALTER TABLE " + full + " ADD " + name + " " + identity + "; or rename the column that tells its rows apart."
                : "Rename the column that holds it, or name the schema of the right tables in tollgate.schema (tollgate.log-schema for the logs).";
    }

    /** As the engine keeps a name without quotation marks; null where capitals do not matter. */
    private String stored(String name) throws SQLException {
        return about.storesUpperCaseIdentifiers() ? name.toUpperCase(Locale.ROOT)
                : about.storesLowerCaseIdentifiers() ? name.toLowerCase(Locale.ROOT) : null;
    }

    private static String prefix(String schema) {
        return schema.isEmpty() ? "" : schema + ".";
    }
}
