package dev.tollgate.database;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;

import org.h2.api.Trigger;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import dev.tollgate.database.OldDeployment.Shape;
import dev.tollgate.database.TestDatabases.Engine;

/**
 * Tables of an old deployment that are odd in ways that a seed draws: columns that are missing, added, narrow, wide, computed or
 * quoted, keys, constraints, triggers and views of others, sums at the edges of INT and BIGINT. One thing more may be wrong with
 * which no gateway could book.
 */
public final class OddTables {

    /** What may be odd. */
    private enum Oddity {
        EXTRA_COLUMNS, MISSING_COLUMNS, MISSING_TABLES, NO_SUMMARY_TABLE, WIDE_COLUMNS, DECIMALS, FRACTIONS, BIGINT_EDGE, SHORT_TEXTS, LONG_TEXTS,
        PADDED_STATUS, VIEWS_ON_TABLES, VIEWS_ON_VIEWS, MATERIALIZED_VIEW, OTHER_VIEW_OF_THAT_NAME, OWN_INDEXES, RENAMED_PREDECESSOR, AUDIT_TRIGGER,
        COMPUTED_EXTRA, KEYS_OF_OTHERS, KEY_ON_SUMMARY, CHECKS, NO_KEYS, BIG_IDS, ALWAYS_IDENTITY, PARTLY_UNIQUE, DATES_ONLY, TOKENS_OF_NOBODY
    }

    /** What no gateway can live with, the words of its refusal, and on which engines. */
    public enum Fatal {
        QUOTED_TABLE("Rename it", Engine.POSTGRESQL, Engine.H2), QUOTED_COLUMN("Rename it", Engine.POSTGRESQL, Engine.H2),
        NO_API_KEY("has no column ApiKey"), NO_USAGE_ID("Add it"), NO_SUMMARY_ID("Add it"), MUST_HAVE_MORE("a default or make it nullable"),
        COMPUTED_TOTAL("a computed column must become a plain one"), COMPUTED_REST("a computed column must become a plain one"),
        TABLE_IS_VIEW("is a view and not a table"), SUMMING_TRIGGER("would count twice"), REFUSING_TRIGGER("alter the constraint or trigger"),
        LIMIT_IS_TEXT("must be a number"), TOKEN_ID_IS_TEXT("must be a whole number"), TIME_IS_TEXT("must be a date"),
        WRONG_KEY("alter the constraint"), STATUS_CHECK("Exceeded"), NO_IDENTITY("a default"), OWN_CALL_ID("CallID");

        public final String words;
        private final List<Engine> engines;

        Fatal(String words, Engine... engines) {
            this.words = words;
            this.engines = engines.length == 0 ? List.of(Engine.values()) : List.of(engines);
        }

        public boolean isPossible(Engine engine) {
            return engines.contains(engine);
        }
    }

    private static final String[] PROVIDERS = {"Gemini", "gemini", "GEMINI  ", " gemini", "Google", "", "   ", "Google Gemini", "xAI", "OpenAI", null};
    private static final String[] STATES = {"Active", "ACTIVE", "active  ", " Active", "Expired", "Exceeded", "Disabled", "BelowThresh", "Blocked", "",
        null};
    private static final Long[] INT_EDGE = {0L, 1L, 7L, 4_000L, (long) Integer.MAX_VALUE, Integer.MAX_VALUE - 600L, -7L, null};
    private static final Long[] BIGINT_EDGE = {0L, 1L, 600L, Long.MAX_VALUE, Long.MAX_VALUE - 600, Long.MAX_VALUE / 2, null};
    private static final Long[] LIMITS = {(long) Integer.MAX_VALUE, Integer.MAX_VALUE - 1L, 100_000L, 0L, 1L, -5L, null};
    private static final String NOBODY = "nobody";

    /** One token as it was written, and what the books must say of it. */
    public record Token(long id, String key, String company, Long limit, List<Long> logs, List<Long> summaries) {

        /** The sum of its logs, as much of it as a BIGINT holds. */
        BigInteger logged() {
            return logs.stream().filter(Objects::nonNull).map(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::add);
        }
    }

    public final DataSource database;
    public final Tables tables;
    public JdbcTemplate sql;
    public final List<Token> tokens = new ArrayList<>();
    private final Engine engine;
    private final Shape shape;
    private final Random random;
    private final List<Oddity> oddities = new ArrayList<>();
    private final Fatal fatal;
    private final boolean wide;
    /** Table, column, definition. */
    private final Map<String, Map<String, String>> columns = new LinkedHashMap<>();
    private final List<String> after = new ArrayList<>();

    /** @param fatal what is wrong for good; null: nothing */
    public OddTables(Engine engine, long seed, Fatal fatal) {
        this.engine = engine;
        this.random = new Random(seed * 7919);
        this.shape = seed % 2 == 0 ? Shape.SCRIPT : Shape.PROGRAM;
        this.database = engine.empty();
        SingleConnectionDataSource one = TestDatabases.oneConnection(database);
        this.sql = new JdbcTemplate(one);
        boolean ownLogSchema = engine != Engine.H2 && random.nextInt(4) == 0;
        this.tables = new Tables(shape.schema, ownLogSchema ? "appLogs" : "");
        this.fatal = fatal;
        if (fatal == null) {
            List<Oddity> all = new ArrayList<>(List.of(Oddity.values()));
            Collections.shuffle(all, random);
            oddities.addAll(all.subList(0, 4));
            Collections.sort(oddities);
        }
        this.wide = oddities.contains(Oddity.BIGINT_EDGE);
        define();
        create();
        fill();
        after.forEach(statement -> sql.execute(text(statement)));
        one.destroy();
        this.sql = new JdbcTemplate(database);
    }

    /** Whether tables or columns have other names than the old program gave them. */
    public boolean isRenamed() {
        return fatal == Fatal.QUOTED_TABLE || fatal == Fatal.QUOTED_COLUMN || fatal == Fatal.TABLE_IS_VIEW || fatal == Fatal.NO_API_KEY;
    }

    /** The first start of the gateway on them. */
    public void adopt() {
        TestDatabases.migrate(database, tables.schema(), tables.logSchema());
    }

    public CountColumns counts() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return CountColumns.read(connection, tables);
        }
    }

    public TextWidths widths() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return TextWidths.read(connection, tables);
        }
    }

    /** A merge needs rows deleted that another table may point at. */
    public boolean mayKeepDuplicates() {
        return oddities.contains(Oddity.KEY_ON_SUMMARY);
    }

    @Override
    public String toString() {
        return engine + " " + shape + " " + oddities + (fatal == null ? "" : " and " + fatal);
    }

    // ---- definitions

    private void define() {
        boolean strict = shape == Shape.SCRIPT;
        String must = strict ? " NOT NULL" : "";
        String count = wide ? "BIGINT" : "INT";
        columns.put("TokenMaster", map("TokenID", "INT $identity PRIMARY KEY", "CompanyID", "$text(50)" + must, "CompanyName", "$text(200)", "ApiKey",
                "VARCHAR(500)" + must, "Provider", "VARCHAR(100)" + must, "TotalTokenLimit", count + " DEFAULT 100000", "Status",
                "VARCHAR(50) DEFAULT 'Active'", "CreatedAt", "$time DEFAULT $now"));
        columns.put("TokenUsageLogs", map("UsageID", "INT $identity PRIMARY KEY", "TokenID", "INT" + must, "Branch", "$text(50) DEFAULT 'Default'",
                "RequestedBy", "$text(100) DEFAULT 'System'", "InputTokens", count + " DEFAULT 0", "OutputTokens", count + " DEFAULT 0",
                "TextPromptTokens", count + " DEFAULT 0", "ImagePromptTokens", count + " DEFAULT 0", "TextCandidatesTokens", count + " DEFAULT 0",
                "TotalTokensUsed", count + " DEFAULT 0", "RequestCount", "INT DEFAULT 1", "LoggedAt", "$time DEFAULT $now"));
        columns.put("TokenUsageSummary", map("SummaryID", "INT $identity PRIMARY KEY", "TokenID", "INT" + (strict ? " UNIQUE" : ""), "TotalUsedTokens",
                count + " DEFAULT 0", "TotalRemainingTokens", count + (strict ? " DEFAULT 100000" : ""), "Threshold", count + " DEFAULT 3000",
                "LastUpdated", "$time DEFAULT $now"));
        columns.put("ApplicationLogs", map("LogID", "INT $identity PRIMARY KEY", "Timestamp", "$time DEFAULT $now", "LogLevel", "VARCHAR(20)", "Logger",
                "VARCHAR(255)", "Message", "VARCHAR(4000)", "Exception", "VARCHAR(4000)", "LineNumber", "INT"));
        columns.put("RetryAttempts", map("RetryID", "INT $identity PRIMARY KEY", "TokenID", "INT", "CompanyID", "VARCHAR(50)", "Attempt", "INT",
                "ErrorMessage", "VARCHAR(4000)", "IsRetryable", "$flag", "Timestamp", "$time DEFAULT $now"));
        new ArrayList<>(oddities).forEach(this::define);
        if (fatal != null) {
            define(fatal);
        }
    }

    private void define(Oddity oddity) {
        Map<String, String> master = columns.get("TokenMaster");
        Map<String, String> logs = columns.get("TokenUsageLogs");
        Map<String, String> summary = columns.getOrDefault("TokenUsageSummary", new LinkedHashMap<>());
        String m = tables.tokenMaster();
        String l = tables.usageLogs();
        String s = tables.usageSummary();
        switch (oddity) {
            case EXTRA_COLUMNS -> {
                master.put("SalesPerson", "VARCHAR(50)");
                master.put("\"order\"", "INT");
                master.put("\"Expires On\"", "VARCHAR(20) DEFAULT '2099'");
                logs.put("\"user\"", "VARCHAR(50)");
                summary.put("\"select\"", "INT DEFAULT 7 NOT NULL");
            }
            case MISSING_COLUMNS -> {
                drop(master, "CompanyName", "Provider", "TotalTokenLimit", "Status", "CreatedAt");
                drop(logs, "Branch", "RequestedBy", "InputTokens", "OutputTokens", "RequestCount", "LoggedAt");
                drop(summary, "Threshold", "LastUpdated", "TotalRemainingTokens");
            }
            case MISSING_TABLES -> {
                columns.remove("RetryAttempts");
                columns.remove("ApplicationLogs");
            }
            case NO_SUMMARY_TABLE -> columns.remove("TokenUsageSummary");
            case WIDE_COLUMNS -> {
                logs.replace("TotalTokensUsed", "BIGINT DEFAULT 0");
                summary.replace("TotalUsedTokens", "BIGINT DEFAULT 0");
            }
            case DECIMALS -> {
                if (!wide) {
                    logs.replace("TotalTokensUsed", "DECIMAL(12,0) DEFAULT 0");
                    summary.replace("TotalUsedTokens", "DECIMAL(12,0)");
                }
            }
            case FRACTIONS -> master.replace("TotalTokenLimit", wide ? "DECIMAL(30,2)" : "DECIMAL(18,2)");
            case BIGINT_EDGE, TOKENS_OF_NOBODY -> { } // in the rows
            case SHORT_TEXTS -> {
                logs.replace("Branch", "$text(8)");
                logs.replace("RequestedBy", "$text(6)");
                columns.getOrDefault("RetryAttempts", new LinkedHashMap<>()).replace("ErrorMessage", "VARCHAR(20)");
            }
            case LONG_TEXTS -> {
                master.replace("CompanyName", engine == Engine.SQLSERVER ? "NVARCHAR(MAX)" : "TEXT");
                logs.replace("Branch", engine == Engine.SQLSERVER ? "NVARCHAR(MAX)" : "TEXT");
            }
            case PADDED_STATUS -> master.replace("Status", "CHAR(12) DEFAULT 'Active'");
            case VIEWS_ON_TABLES -> {
                after.add("CREATE VIEW $sOwnA AS SELECT * FROM " + m);
                after.add("CREATE VIEW $sOwnB AS SELECT a.CompanyID, l.TokenID, l.TotalTokensUsed FROM $sOwnA a JOIN " + l + " l ON l.TokenID = a.TokenID");
            }
            case VIEWS_ON_VIEWS -> {
                after.add("CREATE VIEW vw_TokenStatus AS SELECT TokenID, CompanyID, 'WARNING' AS HealthStatus FROM " + m);
                after.add("CREATE VIEW OwnC AS SELECT CompanyID, COUNT(*) AS Tokens FROM vw_TokenStatus GROUP BY CompanyID");
            }
            case MATERIALIZED_VIEW -> {
                if (engine == Engine.POSTGRESQL) {
                    after.add("CREATE MATERIALIZED VIEW OwnD AS SELECT TokenID, SUM(TotalTokensUsed) AS Total FROM " + l + " GROUP BY TokenID");
                    after.add("CREATE UNIQUE INDEX OwnD_Token ON OwnD (TokenID)");
                }
            }
            case OTHER_VIEW_OF_THAT_NAME -> after.add("CREATE VIEW vw_UsageSummary AS SELECT 1 AS CompanyID, 'x' AS Branches");
            case OWN_INDEXES -> {
                after.add("CREATE INDEX Own_Company ON " + m + " (CompanyID)");
                after.add("CREATE INDEX TokenUsageLogs_TokenID ON " + l + " (TokenID, TotalTokensUsed)");
            }
            case RENAMED_PREDECESSOR -> {
                if (engine != Engine.SQLSERVER) { // where indexes belong to their tables
                    after.add("CREATE TABLE $sOlderLogs (RequestID VARCHAR(128), CallID VARCHAR(64))");
                    after.add("CREATE UNIQUE INDEX " + (engine == Engine.H2 ? "$s" : "") + "TokenUsageLogs_CallID ON $sOlderLogs (CallID)");
                    after.add("CREATE UNIQUE INDEX " + (engine == Engine.H2 ? "$s" : "") + "TokenUsageLogs_RequestID ON $sOlderLogs (RequestID)");
                }
            }
            case AUDIT_TRIGGER -> {
                after.add("CREATE TABLE OwnAudit (At INT, Token INT)");
                trigger("INSERT INTO OwnAudit (At, Token) VALUES (1, $new.TokenID)", AuditTrigger.class);
            }
            case COMPUTED_EXTRA -> {
                if (logs.containsKey("InputTokens") && logs.containsKey("OutputTokens")) {
                    logs.put("BothTokens", computed("COALESCE(InputTokens, 0) + COALESCE(OutputTokens, 0)", "BIGINT"));
                }
            }
            case KEYS_OF_OTHERS -> after.add("CREATE TABLE OwnContracts (ContractID INT PRIMARY KEY, TokenID INT REFERENCES " + m + " (TokenID))");
            case KEY_ON_SUMMARY -> {
                if (summary.getOrDefault("SummaryID", "").contains("PRIMARY KEY") && columns.containsKey("TokenUsageSummary")) {
                    after.add("CREATE TABLE OwnBills (SummaryID INT REFERENCES " + s + " (SummaryID))");
                    after.add("INSERT INTO OwnBills (SummaryID) SELECT SummaryID FROM " + s);
                }
            }
            case CHECKS -> {
                master.computeIfPresent("TotalTokenLimit", (name, type) -> type + " CHECK (TotalTokenLimit > -100)");
                logs.computeIfPresent("RequestCount", (name, type) -> type + " CHECK (RequestCount >= 0)");
            }
            case NO_KEYS -> {
                if (shape == Shape.PROGRAM && !oddities.contains(Oddity.KEYS_OF_OTHERS) && !oddities.contains(Oddity.KEY_ON_SUMMARY)) {
                    columns.values().forEach(table -> table.replaceAll((name, type) -> type.replace(" PRIMARY KEY", "")));
                }
            }
            case BIG_IDS -> {
                if (!oddities.contains(Oddity.KEYS_OF_OTHERS) && !oddities.contains(Oddity.KEY_ON_SUMMARY)) {
                    columns.values().forEach(table -> table.replaceAll((name, type) -> name.endsWith("ID") ? type.replace("INT ", "BIGINT ") : type));
                }
            }
            case ALWAYS_IDENTITY -> columns.values().forEach(table -> table.replaceAll((name, type) -> type.replace("$identity", "$always")));
            case PARTLY_UNIQUE -> {
                if (engine == Engine.POSTGRESQL && shape == Shape.PROGRAM && columns.containsKey("TokenUsageSummary")) {
                    after.add("CREATE UNIQUE INDEX Own_Partly ON " + s + " (TokenID) WHERE SummaryID < 0");
                }
            }
            case DATES_ONLY -> {
                master.replace("CreatedAt", "DATE");
                summary.replace("LastUpdated", "DATE");
            }
        }
    }

    private void define(Fatal what) {
        Map<String, String> master = columns.get("TokenMaster");
        Map<String, String> logs = columns.get("TokenUsageLogs");
        Map<String, String> summary = columns.get("TokenUsageSummary");
        String rename = engine == Engine.H2 ? "ALTER TABLE %s ALTER COLUMN %s RENAME TO %s" : "ALTER TABLE %s RENAME COLUMN %s TO %s";
        switch (what) {
            case QUOTED_TABLE -> after.add("ALTER TABLE " + tables.tokenMaster() + " RENAME TO \"TokenMaster\"");
            case QUOTED_COLUMN -> after.add(rename.formatted(tables.tokenMaster(), "CompanyID", "\"CompanyID\""));
            case NO_API_KEY -> after.add(engine == Engine.SQLSERVER ? "EXEC sp_rename '" + tables.tokenMaster() + ".ApiKey', 'Secret', 'COLUMN'"
                    : rename.formatted(tables.tokenMaster(), "ApiKey", "Secret"));
            case NO_USAGE_ID -> logs.remove("UsageID");
            case NO_SUMMARY_ID -> summary.remove("SummaryID");
            case MUST_HAVE_MORE -> logs.put("CostCentre", "VARCHAR(10) NOT NULL");
            case COMPUTED_TOTAL -> logs.replace("TotalTokensUsed", computed("COALESCE(InputTokens, 0) + COALESCE(OutputTokens, 0)", "INT"));
            case COMPUTED_REST -> summary.replace("TotalRemainingTokens", computed("100000 - COALESCE(TotalUsedTokens, 0)", "INT"));
            case TABLE_IS_VIEW -> {
                after.add(engine == Engine.SQLSERVER ? "EXEC sp_rename '" + tables.usageLogs() + "', 'RealLogs', 'OBJECT'"
                        : "ALTER TABLE " + tables.usageLogs() + " RENAME TO RealLogs");
                after.add("CREATE VIEW " + tables.usageLogs() + " AS SELECT * FROM $sRealLogs");
            }
            case SUMMING_TRIGGER -> trigger("UPDATE " + tables.usageSummary() + " SET TotalUsedTokens = TotalUsedTokens + $new.TotalTokensUsed WHERE"
                    + " TokenID = $new.TokenID", SummingTrigger.class);
            case REFUSING_TRIGGER -> trigger(engine == Engine.SQLSERVER ? "THROW 50001, 'the month is closed', 1"
                    : "RAISE EXCEPTION 'the month is closed'", RefusingTrigger.class);
            case LIMIT_IS_TEXT -> master.put("TotalTokenLimit", "VARCHAR(20)");
            case TOKEN_ID_IS_TEXT -> summary.put("TokenID", "VARCHAR(36)");
            case TIME_IS_TEXT -> logs.put("LoggedAt", "VARCHAR(30)");
            case WRONG_KEY -> {
                after.add("CREATE TABLE $sCustomers (CustomerID INT PRIMARY KEY)");
                after.add("ALTER TABLE " + tables.usageLogs() + (engine == Engine.SQLSERVER ? " WITH NOCHECK" : "") + " ADD CONSTRAINT ToCustomers"
                        + " FOREIGN KEY (TokenID) REFERENCES $sCustomers (CustomerID)" + (engine == Engine.POSTGRESQL ? " NOT VALID"
                        : engine == Engine.H2 ? " NOCHECK" : ""));
            }
            case STATUS_CHECK -> after.add("ALTER TABLE " + tables.tokenMaster() + (engine == Engine.SQLSERVER ? " WITH NOCHECK" : "")
                    + " ADD CONSTRAINT Known CHECK (Status IN ('Active', 'Expired'))" + (engine == Engine.POSTGRESQL ? " NOT VALID"
                    : engine == Engine.H2 ? " NOCHECK" : ""));
            case NO_IDENTITY -> logs.replace("UsageID", "INT PRIMARY KEY");
            case OWN_CALL_ID -> logs.put("CallID", "VARCHAR(20) DEFAULT 'phone'");
        }
    }

    private void trigger(String body, Class<? extends Trigger> onH2) {
        String logs = tables.usageLogs();
        switch (engine) {
            case H2 -> after.add("CREATE TRIGGER $sOwnTrigger AFTER INSERT ON " + logs + " FOR EACH ROW CALL '" + onH2.getName() + "'");
            case POSTGRESQL -> {
                after.add("CREATE FUNCTION own_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + body.replace("$new", "NEW") + "; RETURN NEW; END $$");
                after.add("CREATE TRIGGER own_trigger AFTER INSERT ON " + logs + " FOR EACH ROW EXECUTE FUNCTION own_trigger()");
            }
            case SQLSERVER -> after.add("CREATE TRIGGER $sOwnTrigger ON " + logs + " AFTER INSERT AS BEGIN SET NOCOUNT ON; " + (body.contains("$new")
                    ? body.replace("VALUES (1, $new.TokenID)", "SELECT 1, TokenID FROM inserted")
                            .replace("$new.TotalTokensUsed WHERE TokenID = $new.TokenID", "i.TotalTokensUsed FROM inserted i WHERE i.TokenID = "
                                    + tables.usageSummary() + ".TokenID") : body) + "; END");
        }
    }

    private String computed(String expression, String type) {
        return engine == Engine.SQLSERVER ? "AS (" + expression + ")"
                : type + " GENERATED ALWAYS AS (" + expression + ")" + (engine == Engine.POSTGRESQL ? " STORED" : "");
    }

    private void drop(Map<String, String> table, String... candidates) {
        for (String candidate : candidates) {
            if (random.nextInt(3) == 0) {
                table.remove(candidate);
            }
        }
    }

    private static Map<String, String> map(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    // ---- what is made

    private void create() {
        for (String schema : List.of(tables.schema(), tables.logSchema())) {
            if (!schema.isEmpty()) {
                sql.execute(engine == Engine.SQLSERVER ? "IF SCHEMA_ID('" + schema + "') IS NULL EXEC('CREATE SCHEMA " + schema + "')"
                        : "CREATE SCHEMA IF NOT EXISTS " + schema);
            }
        }
        columns.forEach((table, definition) -> sql.execute(text("CREATE TABLE " + qualified(table) + " (" + definition.entrySet().stream()
                .map(column -> column.getKey() + " " + column.getValue()).collect(Collectors.joining(", ")) + ")")));
    }

    private String text(String statement) {
        boolean sqlServer = engine == Engine.SQLSERVER;
        return statement.replace("$identity", sqlServer ? "IDENTITY(1,1)" : "GENERATED BY DEFAULT AS IDENTITY")
                .replace("$always", sqlServer ? "IDENTITY(1,1)" : "GENERATED ALWAYS AS IDENTITY")
                .replace("$text", sqlServer ? "NVARCHAR" : "VARCHAR").replace("$time", sqlServer ? "DATETIME" : "TIMESTAMP")
                .replace("$now", sqlServer ? "GETDATE()" : "LOCALTIMESTAMP").replace("$flag", sqlServer ? "BIT DEFAULT 1" : "BOOLEAN DEFAULT TRUE")
                .replace("$s", tables.schemaPrefix());
    }

    private String qualified(String table) {
        return (table.equals("ApplicationLogs") || table.equals("RetryAttempts") ? tables.logSchemaPrefix() : tables.schemaPrefix()) + table;
    }

    private void fill() {
        for (int i = 0; i < 14; i++) {
            Long limit = pick(LIMITS);
            add(pick(" odd-" + i + " ", "ODD-" + i, "O'dd-" + i, "\u0928\u0947\u092a\u093e\u0932-" + i, shape == Shape.SCRIPT ? "odd" : null), limit,
                    pick(PROVIDERS), pick(STATES), counts(random.nextInt(5)), counts(random.nextInt(shape == Shape.SCRIPT ? 2 : 4)));
        }
        for (int i = 0; i < 4; i++) {
            add("GOOD-" + i, 1_000_000_000L, "Gemini", "Active", List.of(100L, 20L), i == 0 ? List.of() : i == 1 || shape == Shape.SCRIPT
                    ? List.of(120L) : List.of(120L, 5_000L));
        }
        if (oddities.contains(Oddity.TOKENS_OF_NOBODY) && shape == Shape.PROGRAM) {
            for (int i = 0; i < 3; i++) {
                insert("TokenUsageLogs", map2("TokenID", i == 0 ? null : 77_777, "TotalTokensUsed", 50, "CostCentre", "old"));
                insert("TokenUsageSummary", map2("TokenID", i == 0 ? null : 77_777, "TotalUsedTokens", 50));
            }
        }
        insert("ApplicationLogs", map2("LogLevel", "ERROR", "Message", "old error"));
        insert("RetryAttempts", map2("CompanyID", "odd-1", "Attempt", 1));
    }

    private List<Long> counts(int many) {
        return IntStream.range(0, many).mapToObj(n -> pick(wide ? BIGINT_EDGE : INT_EDGE)).toList();
    }

    private void add(String company, Long limit, String provider, String status, List<Long> logs, List<Long> summaries) {
        String key = "key-" + tokens.size();
        String given = provider == null && shape == Shape.SCRIPT ? "Gemini" : provider;
        Object limited = columns.get("TokenMaster").getOrDefault("TotalTokenLimit", "").startsWith("VARCHAR") && limit != null ? limit.toString() : limit;
        insert("TokenMaster", map2("CompanyID", company, "ApiKey", key, "Provider", given, "TotalTokenLimit", limited, "Status", status));
        long id = sql.queryForObject("SELECT MAX(TokenID) FROM " + tables.tokenMaster(), Long.class);
        boolean summed = columns.containsKey("TokenUsageSummary");
        logs.forEach(count -> insert("TokenUsageLogs", map2("TokenID", id, "InputTokens", count, "TotalTokensUsed", count, "RequestCount",
                random.nextInt(5) == 0 ? null : 1, "CostCentre", "old", "UsageID", random.nextInt())));
        if (summed) {
            summaries.forEach(count -> insert("TokenUsageSummary", map2("TokenID", columns.get("TokenUsageSummary").get("TokenID").startsWith("VARCHAR")
                    ? String.valueOf(id) : id, "TotalUsedTokens", count, "TotalRemainingTokens", random.nextInt(4) == 0 ? null : 5, "Threshold",
                    random.nextInt(4) == 0 ? null : 3000)));
        }
        tokens.add(new Token(id, key, company, limit, logs, summed ? summaries : List.of()));
    }

    private static Map<String, Object> map2(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    /** Those of the values whose columns are there and not made by the database. */
    private void insert(String table, Map<String, Object> values) {
        Map<String, String> definition = columns.get(table);
        if (definition == null) {
            return;
        }
        values.keySet().removeIf(name -> !definition.containsKey(name) || definition.get(name).contains("GENERATED ALWAYS AS (")
                || definition.get(name).startsWith("AS (") || definition.get(name).contains("$identity") || definition.get(name).contains("$always"));
        sql.update("INSERT INTO " + qualified(table) + " (" + String.join(", ", values.keySet()) + ") VALUES ("
                + values.keySet().stream().map(name -> "?").collect(Collectors.joining(", ")) + ")", values.values().toArray());
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    // ---- what is looked at

    /** Every row of every table that the old program has made, by the columns that it had: for a comparison of before and after. */
    public Map<String, List<String>> rows() {
        Map<String, List<String>> all = new TreeMap<>();
        columns.forEach((table, definition) -> {
            boolean counted = table.equals("TokenUsageSummary"); // rows of it are merged, made and set right
            if (!counted) {
                all.put(table, rows("SELECT " + String.join(", ", definition.keySet()) + " FROM " + qualified(table)));
            }
        });
        return all;
    }

    /** Everything of the ledger, for a start that must change nothing. */
    public Map<String, List<String>> everything() {
        return List.of(tables.tokenMaster(), tables.usageLogs(), tables.usageSummary(), tables.retryAttempts(), tables.applicationLogs(),
                tables.adoption()).stream().collect(Collectors.toMap(table -> table, table -> rows("SELECT * FROM " + table)));
    }

    private List<String> rows(String query) {
        return sql.queryForList(query).stream().map(row -> row.values().stream().map(OddTables::plain).collect(Collectors.joining("|"))).sorted().toList();
    }

    /** Numbers alike whatever their column's type. */
    private static String plain(Object value) {
        return value instanceof Number number ? new BigDecimal(number.toString()).stripTrailingZeros().toPlainString() : String.valueOf(value);
    }

    /** What the one summary of a token must say after the adoption. */
    public long expected(Token token) throws SQLException {
        if (token.summaries().size() == 1 || mayKeepDuplicates() && !token.summaries().isEmpty()) {
            return token.summaries().get(0) == null ? 0 : token.summaries().get(0);
        }
        BigInteger most = BigInteger.valueOf(counts().mostOfToken());
        return token.logged().min(most).max(most.negate()).longValueExact();
    }

    /** Every view can be read as a whole. */
    public void readViews() {
        List.of("vw_TokenStatus", "vw_UsageSummary", "vw_RecentErrors", "vw_FailedRetries").forEach(view -> sql.queryForList("SELECT * FROM " + view));
    }

    // ---- triggers of H2

    /** Writes down each row. */
    public static final class AuditTrigger implements Trigger {
        @Override
        public void fire(Connection connection, Object[] before, Object[] after) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("INSERT INTO PUBLIC.OwnAudit (At, Token) VALUES (1, NULL)");
            }
        }
    }

    /** Adds each row to the summary, as a database whose program does not. */
    public static final class SummingTrigger implements Trigger {

        private String schema;

        @Override
        public void init(Connection connection, String schemaName, String triggerName, String tableName, boolean before, int type) {
            schema = schemaName;
        }

        @Override
        public void fire(Connection connection, Object[] before, Object[] after) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("UPDATE " + schema + ".TokenUsageSummary SET TotalUsedTokens = TotalUsedTokens + 1");
            }
        }
    }

    /** Takes no row any more. */
    public static final class RefusingTrigger implements Trigger {
        @Override
        public void fire(Connection connection, Object[] before, Object[] after) throws SQLException {
            throw new SQLException("the month is closed for " + NOBODY.toLowerCase(Locale.ROOT));
        }
    }
}
