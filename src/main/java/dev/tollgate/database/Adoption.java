package dev.tollgate.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.tollgate.database.AdoptionReport.Drift;
import dev.tollgate.database.AdoptionReport.Kind;
import dev.tollgate.database.AdoptionReport.Merged;
import dev.tollgate.database.AdoptionReport.NotWidened;
import dev.tollgate.database.CountColumns.Column;
import dev.tollgate.settings.SettingException;

/**
 * Takes over tables that another program has made and filled: INT columns become BIGINT, several summaries of a token become
 * one, missing ones are made, and how far its books were apart is written down once. Whatever the database's rights do not
 * allow is said and done without. Running it again, or on two nodes at once, changes nothing.
 */
final class Adoption {

    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LIMIT = "CAST(COALESCE(m.TotalTokenLimit, 100000) AS DECIMAL(38, 0))";
    private static final int TRIES = 3;

    private final JdbcTemplate sql;
    private final DataSource database;
    private final TransactionTemplate transaction;
    private final Tables tables;
    private final DatabaseDriver engine;
    private final Optional<ServerDialect> dialect;
    /** Bound: the ten columns that count tokens. */
    private final List<String> widened = new ArrayList<>();
    /** Bound: the same ten, with a line each. */
    private final Map<String, String> notWidened = new HashMap<>();
    /** Bound: a sentence for each step of a start. */
    private final List<String> notes = new ArrayList<>();
    private boolean found;

    Adoption(DataSource database, Tables tables, DatabaseDriver engine, Optional<ServerDialect> dialect) {
        this.database = database;
        this.sql = new JdbcTemplate(database);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        this.tables = tables;
        this.engine = engine;
        this.dialect = dialect;
    }

    /**
     * Before any script runs: widens the columns of tables that are there.
     *
     * @throws SettingException when the tables stand in another schema than the one that the settings name, or are none that can be used
     */
    void prepare() {
        sql.execute((Connection connection) -> {
            TableShape.check(connection, tables, engine);
            return null;
        });
        found = isThere(tables.tokenMaster());
        if (found) {
            widen();
        } else {
            refuseTablesElsewhere();
        }
    }

    /** After the scripts, which have added what was missing. */
    void complete() {
        boolean first = reports() == 0;
        CompanyIndex.make(sql, engine, tables);
        indexBooks();
        allowUsageWithoutToken();
        uniqueCalls();
        List<Merged> merged = uniqueSummaries();
        List<Kind> kinds = first && found ? kinds() : List.of();
        List<Long> missing = makeMissingSummaries();
        List<NotWidened> narrow = columns().narrow().stream().map(column -> new NotWidened(column.toString(), column.type(), column.most(),
                notWidened.getOrDefault(column.toString(), "unknown"))).toList();
        if (!narrow.isEmpty()) {
            LOG.warn("These columns hold no more than {}, and could not be made BIGINT: {}. The gateway writes and promises no more than"
                    + " that; a token is Exceeded shortly before. Make them BIGINT by hand: {}", narrow.get(0).most(),
                    narrow.stream().map(NotWidened::column).collect(Collectors.joining(", ")), narrow.get(0).why());
        }
        if (first) {
            AdoptionReport report = found ? report(kinds, narrow, merged, missing) : AdoptionReport.nothing(Instant.now().toString());
            keep(report);
            say(report);
        }
    }

    // ---- what is there

    private boolean isThere(String table) {
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement();
                ResultSet nothing = statement.executeQuery("SELECT 1 FROM " + table + " WHERE 1 = 0")) {
            return nothing.getMetaData().getColumnCount() == 1;
        } catch (SQLException e) {
            if (Fault.of(e) == Fault.AWAY) {
                throw new IllegalStateException("The table " + table + " cannot be looked at: " + Fault.text(e), e);
            }
            return false;
        }
    }

    private void refuseTablesElsewhere() {
        if (!tables.schema().isEmpty()) {
            return; // said explicitly
        }
        List<String> schemas = sql.queryForList("SELECT TABLE_SCHEMA FROM INFORMATION_SCHEMA.TABLES WHERE LOWER(TABLE_NAME) = 'tokenmaster'"
                + " ORDER BY TABLE_SCHEMA", String.class);
        if (!schemas.isEmpty()) {
            String here = currentSchema();
            throw new SettingException("The tables of the ledger stand in schema " + String.join(" and in schema ", schemas)
                    + " of this database, and tollgate.schema names none: the gateway would make a second, empty set in " + here + ".",
                    "Set tollgate.schema=" + schemas.get(0) + " to use them, or tollgate.schema=" + here + " for a set of its own.");
        }
    }

    private String currentSchema() {
        return sql.execute((Connection connection) -> connection.getSchema());
    }

    private CountColumns columns() {
        return sql.execute((Connection connection) -> CountColumns.read(connection, tables));
    }

    // ---- columns

    private void widen() {
        List<Column> found = sql.execute((Connection connection) -> CountColumns.read(connection, tables, this::isThere)).narrow();
        found.stream().filter(Column::holdsFractions).forEach(column -> notWidened.put(column.toString(), "it holds fractions"));
        Map<String, List<Column>> narrow = found.stream().filter(column -> !column.holdsFractions()).collect(Collectors.groupingBy(Column::table));
        narrow.forEach((table, columns) -> {
            if (engine == DatabaseDriver.SQLSERVER && dialect.isEmpty()) {
                columns.forEach(column -> widen(List.of(column), () -> widenSqlServer(column)));
            } else {
                widen(columns, () -> widen(qualified(table), columns));
                if (columns.size() > 1) { // one that something else needs as it is shall not keep the others narrow
                    columns.stream().filter(column -> notWidened.containsKey(column.toString()))
                            .forEach(column -> widen(List.of(column), () -> widen(qualified(table), List.of(column))));
                }
            }
        });
    }

    private void widen(List<Column> columns, Runnable change) {
        try {
            transaction.executeWithoutResult(open -> change.run());
            columns.forEach(column -> widened.add(column.toString()));
            columns.forEach(column -> notWidened.remove(column.toString()));
        } catch (RuntimeException e) {
            columns.forEach(column -> notWidened.put(column.toString(), why(e)));
        }
    }

    private void widen(String table, List<Column> columns) {
        if (dialect.isPresent()) {
            dialect.get().widen(sql, table, columns.stream().map(Column::name).toList());
        } else if (engine == DatabaseDriver.POSTGRESQL) {
            sql.execute("SET LOCAL lock_timeout = '30s'");
            sql.execute("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
            sql.execute(viewTools());
            sql.execute("SELECT pg_temp.widen('" + table + "', ARRAY["
                    + columns.stream().map(column -> "'" + column.name() + "'").collect(Collectors.joining(", ")) + "])");
        } else {
            columns.forEach(column -> sql.execute("ALTER TABLE " + table + " ALTER COLUMN " + column.name() + " SET DATA TYPE BIGINT"));
        }
    }

    /** SQL Server wants the column's default out of the way. */
    private void widenSqlServer(Column column) {
        String table = qualified(column.table());
        sql.execute("SET LOCK_TIMEOUT 30000");
        List<Map<String, Object>> defaults = sql.queryForList("SELECT d.name AS DefaultName, d.definition AS DefaultValue"
                + " FROM sys.default_constraints d JOIN sys.columns c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id"
                + " WHERE d.parent_object_id = OBJECT_ID('" + table + "') AND c.name = '" + column.name() + "'");
        defaults.forEach(one -> sql.execute("ALTER TABLE " + table + " DROP CONSTRAINT " + quoted(one.get("DefaultName"))));
        sql.execute("ALTER TABLE " + table + " ALTER COLUMN " + column.name() + " BIGINT " + (column.nullable() ? "NULL" : "NOT NULL"));
        defaults.forEach(one -> sql.execute("ALTER TABLE " + table + " ADD CONSTRAINT " + quoted(one.get("DefaultName")) + " DEFAULT "
                + one.get("DefaultValue") + " FOR " + column.name()));
    }

    private static String quoted(Object name) {
        return "[" + String.valueOf(name).replace("]", "]]") + "]";
    }

    static String viewTools() {
        try {
            return new ClassPathResource("sql/postgresql/tools/views.sql").getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String qualified(String table) {
        return tables.schemaPrefix() + table;
    }

    /**
     * The sums of the reconciliation are read from an index alone. SQL Server's columns cannot be widened under an index, and H2's
     * tables are small.
     */
    private void indexBooks() {
        if (engine == DatabaseDriver.POSTGRESQL) {
            index("TokenUsageLogs_Books ON " + tables.usageLogs() + " (TokenID, TotalTokensUsed, IsEstimated)");
        }
    }

    private void index(String what) {
        try {
            sql.execute("CREATE INDEX IF NOT EXISTS " + what);
        } catch (RuntimeException e) {
            LOG.info("There is no index {}: {}", what, why(e));
        }
    }

    /** SQL Server would want index and foreign key dropped for this; there such usage has a token of its own instead. */
    private void allowUsageWithoutToken() {
        if (engine == DatabaseDriver.SQLSERVER || !isNotNull(tables.usageLogs(), "TokenID")) {
            return;
        }
        try {
            sql.execute("ALTER TABLE " + tables.usageLogs() + " ALTER COLUMN TokenID "
                    + (engine == DatabaseDriver.H2 ? "SET NULL" : "DROP NOT NULL"));
        } catch (RuntimeException e) {
            note("TokenUsageLogs.TokenID stays NOT NULL, so calls of the fallback key are booked on a token of their own: " + why(e));
        }
    }

    private boolean isNotNull(String table, String column) {
        return Boolean.TRUE.equals(sql.query("SELECT " + column + " FROM " + table + " WHERE 1 = 0",
                (ResultSet nothing) -> nothing.getMetaData().isNullable(1) == ResultSetMetaData.columnNoNulls));
    }

    /**
     * A call is booked once since its CallID is unique. The scripts make that index by its name, which another table may have, as
     * when an older TokenUsageLogs was renamed.
     */
    private void uniqueCalls() {
        if (isUnique("TokenUsageLogs", "CallID")) {
            return;
        }
        try {
            sql.execute("CREATE UNIQUE INDEX TokenUsageLogs_OneCall ON " + tables.usageLogs() + " (CallID)"
                    + (engine == DatabaseDriver.SQLSERVER ? " WHERE CallID IS NOT NULL" : ""));
        } catch (RuntimeException e) {
            if (!isUnique("TokenUsageLogs", "CallID")) { // else another node was faster
                throw new SettingException("TokenUsageLogs has no unique index on CallID, by which a call is booked once, and none could be made: "
                        + why(e), "Make it: CREATE UNIQUE INDEX TokenUsageLogs_OneCall ON " + tables.usageLogs() + " (CallID)"
                        + (engine == DatabaseDriver.SQLSERVER ? " WHERE CallID IS NOT NULL;" : ";"), e);
            }
        }
    }

    // ---- summaries

    private List<Merged> uniqueSummaries() {
        List<Merged> merged = new ArrayList<>();
        if (isUnique("TokenUsageSummary", "TokenID")) {
            return merged;
        }
        for (int tries = 1; ; tries++) {
            try {
                for (Long token : sql.queryForList("SELECT TokenID FROM " + tables.usageSummary()
                        + " WHERE TokenID IS NOT NULL GROUP BY TokenID HAVING COUNT(*) > 1", Long.class)) {
                    mergeInto(merged, token);
                }
                sql.execute("CREATE UNIQUE INDEX TokenUsageSummary_OfToken ON " + tables.usageSummary() + " (TokenID)"
                        + (engine == DatabaseDriver.SQLSERVER ? " WHERE TokenID IS NOT NULL" : ""));
                return merged;
            } catch (RuntimeException e) {
                if (isUnique("TokenUsageSummary", "TokenID")) {
                    return merged; // another node was faster
                }
                if (tries == TRIES || !Fault.of(e).isOfTheRecord()) { // else the other program has made one more meanwhile
                    note("TokenUsageSummary has no unique index on TokenID, and none could be made: " + why(e));
                    return merged;
                }
            }
        }
    }

    private void mergeInto(List<Merged> merged, long token) {
        try {
            merged.add(transaction.execute(open -> merge(token)));
        } catch (RuntimeException e) {
            note("The summaries of token " + token + " could not be made one; the oldest counts: " + why(e));
        }
    }

    /** The sum of the logs decides; the greatest threshold stays, since it warns earliest. */
    private Merged merge(long token) {
        sql.update("UPDATE " + tables.tokenMaster() + " SET Status = Status WHERE TokenID = ?", token); // one at a time
        List<Map<String, Object>> rows = sql.queryForList("SELECT SummaryID, TotalUsedTokens, Threshold FROM " + tables.usageSummary()
                + " WHERE TokenID = ? ORDER BY SummaryID", token);
        List<Long> thresholds = rows.stream().map(row -> number(row, "Threshold")).toList();
        Long threshold = thresholds.stream().filter(one -> one != null).max(Long::compare).orElse(null);
        long logged = columns().bounded(logged(token));
        long kept = number(rows.get(0), "SummaryID");
        sql.update("DELETE FROM " + tables.usageSummary() + " WHERE TokenID = ? AND SummaryID <> ?", token, kept);
        sql.update("UPDATE " + tables.usageSummary() + " SET TotalUsedTokens = " + logged + ", TotalRemainingTokens = COALESCE((SELECT "
                + capped(LIMIT + " - CAST(" + logged + " AS DECIMAL(38, 0))") + " FROM " + tables.tokenMaster() + " m WHERE m.TokenID = " + token
                + "), 0), Threshold = " + threshold + " WHERE SummaryID = " + kept);
        return new Merged(token, rows.stream().map(row -> number(row, "TotalUsedTokens")).toList(), thresholds, logged, threshold);
    }

    private BigDecimal logged(long token) {
        return sql.queryForObject("SELECT COALESCE(SUM(CAST(TotalTokensUsed AS DECIMAL(38, 0))), 0) FROM " + tables.usageLogs()
                + " WHERE TokenID = ?", BigDecimal.class, token);
    }

    private String capped(String exact) {
        return Sums.bounded(exact, columns().mostOfToken());
    }

    private boolean isUnique(String table, String column) {
        try {
            return hasUniqueIndex(table, column);
        } catch (RuntimeException e) {
            LOG.warn("The indexes of {} are not told: {}", table, why(e));
            return false;
        }
    }

    private boolean hasUniqueIndex(String table, String column) {
        return Boolean.TRUE.equals(sql.execute((Connection connection) -> {
            DatabaseMetaData about = connection.getMetaData();
            String schema = tables.schema().isEmpty() ? connection.getSchema() : stored(about, tables.schema());
            Map<String, List<String>> indexes = new HashMap<>();
            try (ResultSet parts = about.getIndexInfo(connection.getCatalog(), schema, stored(about, table), true, true)) {
                while (parts.next()) {
                    if (parts.getString("INDEX_NAME") != null && parts.getString("COLUMN_NAME") != null && isOfAllRows(parts, column)) {
                        indexes.computeIfAbsent(parts.getString("INDEX_NAME"), name -> new ArrayList<>()).add(parts.getString("COLUMN_NAME"));
                    }
                }
            }
            return indexes.values().stream().anyMatch(columns -> columns.size() == 1 && columns.get(0).equalsIgnoreCase(column));
        }));
    }

    /** An index with a condition forbids nothing in the rows that it leaves out; those without a value may repeat. */
    private static boolean isOfAllRows(ResultSet part, String column) throws SQLException {
        String condition = part.getString("FILTER_CONDITION");
        return condition == null || condition.replaceAll("[()\\[\\]\"\\s]", "").equalsIgnoreCase(column + "ISNOTNULL");
    }

    private static String stored(DatabaseMetaData about, String name) throws SQLException {
        return about.storesUpperCaseIdentifiers() ? name.toUpperCase(Locale.ROOT)
                : about.storesLowerCaseIdentifiers() ? name.toLowerCase(Locale.ROOT) : name;
    }

    private List<Long> makeMissingSummaries() {
        String none = " FROM " + tables.tokenMaster() + " m WHERE NOT EXISTS (SELECT 1 FROM " + tables.usageSummary()
                + " s WHERE s.TokenID = m.TokenID) AND EXISTS (SELECT 1 FROM " + tables.usageLogs() + " l WHERE l.TokenID = m.TokenID)";
        List<Long> missing = sql.queryForList("SELECT m.TokenID" + none + " ORDER BY m.TokenID", Long.class);
        if (missing.isEmpty()) {
            return missing;
        }
        String logged = Sums.ofRows("l.TotalTokensUsed", "FROM " + tables.usageLogs() + " l WHERE l.TokenID = m.TokenID");
        try {
            sql.update("INSERT INTO " + tables.usageSummary() + " (TokenID, TotalUsedTokens, TotalRemainingTokens) SELECT m.TokenID, "
                    + capped(logged) + ", " + capped(LIMIT + " - " + logged) + none);
        } catch (RuntimeException e) {
            note("Missing summaries are made at each token's next call: " + why(e));
        }
        return missing;
    }

    // ---- the report

    private List<Kind> kinds() {
        Map<List<String>, Long> rows = new HashMap<>(); // counted here, since the server's collation may take other spellings for the same
        sql.query("SELECT Provider, Status FROM " + tables.tokenMaster(), (ResultSet row) -> {
            rows.merge(Arrays.asList(row.getString(1), row.getString(2)), 1L, Long::sum);
        });
        return rows.entrySet().stream().sorted(Map.Entry.<List<String>, Long>comparingByValue().reversed())
                .map(kind -> new Kind(kind.getKey().get(0), kind.getKey().get(1), kind.getValue(), Providers.isGemini(kind.getKey().get(0))))
                .limit(AdoptionReport.MOST).toList();
    }

    /** What the old program's books were apart is no fault of the gateway's; it is carried over, so that theirs start at 0. */
    private AdoptionReport report(List<Kind> kinds, List<NotWidened> narrow, List<Merged> merged, List<Long> missing) {
        List<Drift> drift = sql.query("SELECT m.TokenID, m.CompanyID, COALESCE(s.TotalUsedTokens, 0), COALESCE(l.Logged, 0) FROM "
                + tables.tokenMaster() + " m JOIN " + tables.usageSummary() + " s ON s.SummaryID = (SELECT MIN(o.SummaryID) FROM "
                + tables.usageSummary() + " o WHERE o.TokenID = m.TokenID) LEFT JOIN (SELECT TokenID, SUM(CAST(TotalTokensUsed AS DECIMAL(38, 0)))"
                + " AS Logged FROM " + tables.usageLogs() + " GROUP BY TokenID) l ON l.TokenID = m.TokenID"
                + " WHERE COALESCE(s.TotalUsedTokens, 0) <> COALESCE(l.Logged, 0) ORDER BY m.TokenID",
                (row, number) -> drift(row.getLong(1), row.getString(2), row.getBigDecimal(3), row.getBigDecimal(4)));
        drift.forEach(one -> sql.update("UPDATE " + tables.usageSummary() + " SET CarriedOver = ? WHERE SummaryID = (SELECT MIN(o.SummaryID) FROM "
                + tables.usageSummary() + " o WHERE o.TokenID = ?)", one.difference(), one.tokenID()));
        String ofNobody = " t WHERE NOT EXISTS (SELECT 1 FROM " + tables.tokenMaster() + " m WHERE m.TokenID = t.TokenID)";
        return new AdoptionReport(true, Instant.now().toString(), kinds, List.copyOf(widened), narrow, merged.size(), some(merged),
                missing.size(), some(missing), drift.size(), some(drift),
                count("SELECT COUNT(*) FROM " + tables.usageLogs() + ofNobody), count("SELECT COUNT(*) FROM " + tables.usageSummary() + ofNobody),
                List.copyOf(notes));
    }

    /** What no BIGINT holds stays at the greatest, as in the reconciliation. */
    private static Drift drift(long token, String company, BigDecimal summary, BigDecimal logged) {
        BigDecimal counted = BigDecimal.valueOf(CountColumns.inLong(logged));
        return new Drift(token, company, CountColumns.inLong(summary), CountColumns.inLong(logged), CountColumns.inLong(summary.subtract(counted)));
    }

    private static <T> List<T> some(List<T> all) {
        return all.stream().limit(AdoptionReport.MOST).toList();
    }

    private long reports() {
        return count("SELECT COUNT(*) FROM " + tables.adoption());
    }

    private long count(String query) {
        return sql.queryForObject(query, Long.class);
    }

    private void keep(AdoptionReport report) {
        try {
            sql.update("INSERT INTO " + tables.adoption() + " (Report) VALUES (?)", JSON.writeValueAsString(report));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The report of the adoption is no JSON", e);
        }
    }

    private static void say(AdoptionReport report) {
        if (!report.adopted()) {
            return;
        }
        LOG.info("Adopted the tables of another program; GET /status/adoption keeps the report. Tokens by Provider and Status: {}",
                report.tokens().stream().map(kind -> "%s/%s: %d%s".formatted(kind.provider(), kind.status(), kind.rows(),
                        kind.servesGemini() ? "" : " (not Gemini's)")).collect(Collectors.joining(", ")));
        LOG.info("Made BIGINT: {}. Several summaries merged into one: {} tokens. Summaries made from the logs: {} tokens. Usage without a"
                + " token: {} rows. Summaries of nobody: {}.", report.widened(), report.mergedTokens(), report.missingSummaryCount(),
                report.usageWithoutToken(), report.summariesOfNobody());
        report.merged().stream().limit(20).forEach(one -> LOG.warn("Token {} had {} summaries that said {} tokens used; its logs say {}, and"
                + " that counts", one.tokenID(), one.used().size(), one.used(), one.now()));
        if (report.driftingTokens() > 0) {
            LOG.warn("The old books differed for {} tokens, whose summaries stay as they are: {}", report.driftingTokens(),
                    report.drift().stream().limit(20).map(one -> "token %d by %d".formatted(one.tokenID(), one.difference()))
                            .collect(Collectors.joining(", ")));
        }
    }

    private void note(String sentence) {
        notes.add(sentence);
        LOG.warn(sentence);
    }

    private static Long number(Map<String, Object> row, String column) {
        Object value = row.entrySet().stream().filter(one -> one.getKey().equalsIgnoreCase(column)).findFirst().orElseThrow().getValue();
        return value == null ? null : ((Number) value).longValue();
    }

    private static String why(Throwable e) {
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return Fault.text(deepest);
    }
}
