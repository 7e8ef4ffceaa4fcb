package dev.tollgate.database;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import dev.tollgate.database.TestDatabases.Engine;

/**
 * A database as the old program has left it, in one of the two shapes that exist, with more than a hundred odd rows: NULLs,
 * duplicates, orphans, sums at the edge of INT, odd providers and states. What is expected of its adoption is worked out here
 * from what was written, without a look at the database.
 */
public final class OldDeployment {

    /** Which of its two makers made the tables. */
    public enum Shape {
        /** The setup script: tokens in a schema of their own, NOT NULL and UNIQUE where they should be. */
        SCRIPT("docUpload"),
        /** The program itself: the default schema, nearly everything nullable, nothing unique. */
        PROGRAM("");

        public final String schema;

        Shape(String schema) {
            this.schema = schema;
        }
    }

    private static final int ODDITIES = 130;
    private static final String[] PROVIDERS = {"Gemini", "gemini", "GEMINI  ", " gemini", "Google", "google ", "", "   ", "Google Gemini",
        "xAI", "OpenAI", null};
    private static final String[] STATES = {"Active", "ACTIVE", "active  ", " Active", "Expired", "Exceeded", "Disabled", "BelowThreshold",
        "FullyUtilized", "Blocked", "", null};
    private static final Integer[] LIMITS = {Integer.MAX_VALUE, Integer.MAX_VALUE - 1, 100_000, 1_000_000, 0, 1, -5, null};
    private static final Integer[] COUNTS = {0, 1, 7, 120, 4_000, Integer.MAX_VALUE, Integer.MAX_VALUE - 600, 600, null};
    private static final String[] NAMES = {"Ltd", "\u0928\u0947\u092a\u093e\u0932 \u091f\u094d\u0930\u0947\u0921\u0930\u094d\u0938", "O'Brien & \"Sons\"", "", null};

    /** One token as it was written: its id, what its logs hold, what its summaries say. */
    public record Token(long id, String company, String provider, String status, Integer limit, List<Integer> logs, List<Integer> summaries) {

        public long logged() {
            return logs.stream().filter(Objects::nonNull).mapToLong(Integer::longValue).sum();
        }
    }

    public final DataSource database;
    public final Tables tables;
    public JdbcTemplate sql;
    public final List<Token> tokens = new ArrayList<>();
    public long orphanLogs;
    public long orphanSummaries;
    private final String reader = "reader" + System.nanoTime();
    private final Shape shape;
    private final Engine engine;

    public OldDeployment(Engine engine, Shape shape, long seed) {
        this(engine, engine.empty(), shape, seed);
    }

    public OldDeployment(Engine engine, DataSource database, Shape shape, long seed) {
        this.engine = engine;
        this.shape = shape;
        this.database = database;
        SingleConnectionDataSource one = TestDatabases.oneConnection(database);
        this.sql = new JdbcTemplate(one);
        this.tables = new Tables(shape.schema, "");
        tables().forEach(sql::execute);
        sql.execute("CREATE ROLE " + reader);
        sql.execute("GRANT SELECT ON vw_TokenStatus TO " + reader);
        sql.execute("GRANT SELECT ON OwnView TO " + reader);
        fill(new Random(seed));
        one.destroy();
        this.sql = new JdbcTemplate(database);
    }

    private boolean strict() {
        return shape == Shape.SCRIPT;
    }

    private List<String> tables() {
        boolean sqlServer = engine == Engine.SQLSERVER;
        List<String> statements = new ArrayList<>();
        if (strict()) {
            statements.add(sqlServer ? "IF SCHEMA_ID('docUpload') IS NULL EXEC('CREATE SCHEMA docUpload')" : "CREATE SCHEMA IF NOT EXISTS docUpload");
        }
        String must = strict() ? " NOT NULL" : "";
        statements.add("CREATE TABLE $t.TokenMaster (TokenID INT $identity PRIMARY KEY, CompanyID VARCHAR(50)" + must + ", CompanyName $text(200),"
                + " ApiKey VARCHAR(500)" + must + ", Provider VARCHAR(100)" + must + ", TotalTokenLimit INT DEFAULT 100000,"
                + " Status VARCHAR(50) DEFAULT 'Active', CreatedAt $time DEFAULT $now)");
        statements.add("CREATE TABLE $t.TokenUsageLogs (UsageID INT $identity PRIMARY KEY, TokenID INT"
                + (strict() ? " NOT NULL REFERENCES $t.TokenMaster (TokenID)" : "") + ", Branch VARCHAR(50) DEFAULT 'Default',"
                + " RequestedBy VARCHAR(100) DEFAULT 'System', InputTokens INT DEFAULT 0, OutputTokens INT DEFAULT 0,"
                + " TextPromptTokens INT DEFAULT 0, ImagePromptTokens INT DEFAULT 0, TextCandidatesTokens INT DEFAULT 0,"
                + " TotalTokensUsed INT DEFAULT 0, RequestCount INT DEFAULT 1, LoggedAt $time DEFAULT $now)");
        statements.add("CREATE TABLE $t.TokenUsageSummary (SummaryID INT $identity PRIMARY KEY, TokenID INT"
                + (strict() ? " UNIQUE REFERENCES $t.TokenMaster (TokenID)" : "") + ", TotalUsedTokens INT DEFAULT 0,"
                + " TotalRemainingTokens INT" + (strict() ? " DEFAULT 100000" : "") + ", Threshold INT DEFAULT 3000, LastUpdated $time DEFAULT $now)");
        statements.add("CREATE TABLE ApplicationLogs (LogID INT $identity PRIMARY KEY, Timestamp $time DEFAULT $now, LogLevel VARCHAR(20),"
                + " Logger VARCHAR(255), Message VARCHAR(8000), Exception VARCHAR(8000), Module VARCHAR(255), FunctionName VARCHAR(255),"
                + " LineNumber INT)");
        statements.add("CREATE TABLE RetryAttempts (RetryID INT $identity PRIMARY KEY, TokenID INT, CompanyID VARCHAR(50), Attempt INT,"
                + " ErrorMessage VARCHAR(8000), IsRetryable $flag, Timestamp $time DEFAULT $now)");
        statements.add("CREATE VIEW vw_TokenStatus AS SELECT TokenID, CompanyID, TotalTokenLimit, 'WARNING' AS HealthStatus FROM $t.TokenMaster");
        statements.add("CREATE VIEW OwnView AS SELECT CompanyID, COUNT(*) AS Tokens FROM vw_TokenStatus GROUP BY CompanyID");
        return statements.stream().map(statement -> statement.replace("$t.", tables.schemaPrefix())
                .replace("$identity", sqlServer ? "IDENTITY(1,1)" : "GENERATED BY DEFAULT AS IDENTITY")
                .replace("$text", sqlServer ? "NVARCHAR" : "VARCHAR")
                .replace("$time", sqlServer ? "DATETIME" : "TIMESTAMP").replace("$now", sqlServer ? "GETDATE()" : "LOCALTIMESTAMP")
                .replace("$flag", sqlServer ? "BIT DEFAULT 1" : "BOOLEAN DEFAULT TRUE")).toList();
    }

    private void fill(Random random) {
        for (int i = 0; i < ODDITIES; i++) {
            String company = switch (random.nextInt(4)) {
                case 0 -> " odd-" + i + " ";
                case 1 -> "ODD-" + i;
                case 2 -> strict() ? "odd-" + i : null;
                default -> "odd-" + i;
            };
            String provider = pick(random, PROVIDERS);
            add(company, pick(random, NAMES), provider == null && strict() ? "Gemini" : provider, pick(random, STATES), pick(random, LIMITS),
                    IntStream.range(0, random.nextInt(5)).mapToObj(n -> pick(random, COUNTS)).toList(),
                    IntStream.range(0, random.nextInt(strict() ? 2 : 4)).mapToObj(n -> pick(random, COUNTS)).toList(), random);
        }
        for (int i = 0; i < 6; i++) { // what the calls of a test go through
            add("GOOD-" + i, "Good", i % 2 == 0 ? "Gemini" : "Google", "Active", 1_000_000_000, List.of(100, 20),
                    i == 0 ? List.of() : i == 1 || strict() ? List.of(120) : List.of(120, 5_000), random);
        }
        if (!strict()) {
            for (int i = 0; i < 9; i++) {
                Integer nobody = i % 3 == 0 ? null : 1_000_000 + i;
                sql.update("INSERT INTO " + tables.usageLogs() + " (TokenID, TotalTokensUsed) VALUES (?, 50)", nobody);
                sql.update("INSERT INTO " + tables.usageSummary() + " (TokenID, TotalUsedTokens) VALUES (?, 50)", nobody);
            }
            orphanLogs = 9;
            orphanSummaries = 9;
        }
        sql.update("INSERT INTO ApplicationLogs (LogLevel, Message) VALUES ('ERROR', 'old error')");
        sql.update("INSERT INTO RetryAttempts (CompanyID, Attempt, ErrorMessage) VALUES ('odd-1', 1, 'old failure')");
    }

    private void add(String company, String name, String provider, String status, Integer limit, List<Integer> logs, List<Integer> summaries,
            Random random) {
        sql.update("INSERT INTO " + tables.tokenMaster() + " (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit, Status)"
                + " VALUES (?, ?, ?, ?, ?, ?)", company, name, "key-" + tokens.size(), provider, limit, status);
        long id = sql.queryForObject("SELECT MAX(TokenID) FROM " + tables.tokenMaster(), Long.class);
        logs.forEach(count -> sql.update("INSERT INTO " + tables.usageLogs() + " (TokenID, InputTokens, TotalTokensUsed, RequestCount, Branch)"
                + " VALUES (?, ?, ?, ?, ?)", id, count, count, random.nextInt(5) == 0 ? null : 1, random.nextInt(5) == 0 ? null : "Main"));
        summaries.forEach(count -> sql.update("INSERT INTO " + tables.usageSummary() + " (TokenID, TotalUsedTokens, TotalRemainingTokens, Threshold)"
                + " VALUES (?, ?, ?, ?)", id, count, random.nextInt(4) == 0 ? null : 5, random.nextInt(4) == 0 ? null : 3000));
        tokens.add(new Token(id, company, provider, status, limit, logs, summaries));
    }

    private static <T> T pick(Random random, T[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** The first start of the gateway on it. */
    public void adopt() {
        TestDatabases.migrate(database, shape.schema, "");
    }

    /** Every row of a table as text, for a comparison of before and after; the columns that the old program knew. */
    public List<String> rows(String table, String columns, String key) {
        return sql.queryForList("SELECT " + columns + " FROM " + table + " ORDER BY " + key).stream()
                .map(row -> row.values().stream().map(String::valueOf).collect(Collectors.joining("|"))).toList();
    }

    /** Rows by Provider and Status, as the report says them. */
    public Map<String, Long> kinds() {
        return tokens.stream().collect(Collectors.groupingBy(token -> token.provider() + "/" + token.status(), TreeMap::new, Collectors.counting()));
    }

    /** On how many of the two views that its reports read a reader may still do so. */
    public long readable() {
        if (engine == Engine.SQLSERVER) {
            return List.of("vw_TokenStatus", "OwnView").stream().filter(view -> sql.queryForList("EXEC sp_table_privileges '" + view + "'").stream()
                    .anyMatch(right -> reader.equalsIgnoreCase(String.valueOf(right.get("GRANTEE"))) && "SELECT".equals(right.get("PRIVILEGE")))).count();
        }
        return number("SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLE_PRIVILEGES WHERE LOWER(GRANTEE) = ? AND PRIVILEGE_TYPE = 'SELECT'"
                + " AND LOWER(TABLE_NAME) IN ('vw_tokenstatus', 'ownview')", reader);
    }

    public long number(String query, Object... parameters) {
        Long value = sql.queryForObject(query, Long.class, parameters);
        return value == null ? 0 : value;
    }
}
