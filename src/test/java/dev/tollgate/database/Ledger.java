package dev.tollgate.database;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.LinkedCaseInsensitiveMap;

/** Writes and reads ledger rows in tests, the same on every engine. */
final class Ledger {

    final JdbcTemplate sql;
    private final Tables tables;

    Ledger(DataSource database) {
        this(database, "", "");
    }

    Ledger(DataSource database, String schema, String logSchema) {
        this.sql = new JdbcTemplate(database);
        this.tables = new Tables(schema, logSchema);
    }

    int token(String company, String status, long limit) {
        sql.update("INSERT INTO " + tables.tokenMaster()
                + " (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit, Status) VALUES (?, ?, ?, ?, ?, ?)",
                company, company + " Ltd", "secret", "Gemini", limit, status);
        return number("SELECT MAX(TokenID) FROM " + tables.tokenMaster());
    }

    void summary(int token, long used, long remaining, long threshold) {
        sql.update("INSERT INTO " + tables.usageSummary()
                + " (TokenID, TotalUsedTokens, TotalRemainingTokens, Threshold) VALUES (?, ?, ?, ?)", token, used, remaining, threshold);
    }

    /** {@code loggedAt} is an expression, so that the engine's own clock is used. */
    void usage(int token, String branch, String user, long tokens, String loggedAt) {
        sql.update("INSERT INTO " + tables.usageLogs() + " (TokenID, Branch, RequestedBy, TotalTokensUsed, RequestCount, LoggedAt)"
                + " VALUES (?, ?, ?, ?, 1, " + loggedAt + ")", token, branch, user, tokens);
    }

    void usage(int token, String requestId, String callId) {
        sql.update("INSERT INTO " + tables.usageLogs() + " (TokenID, RequestID, CallID) VALUES (?, ?, ?)", token, requestId, callId);
    }

    void log(String level, String message, String at) {
        sql.update("INSERT INTO " + tables.applicationLogs() + " (LogLevel, Logger, Message, Timestamp) VALUES (?, 'test', ?, "
                + at + ")", level, message);
    }

    void retry(String company, Integer token, int attempt, String error, boolean retryable, String requestId) {
        sql.update("INSERT INTO " + tables.retryAttempts()
                + " (CompanyID, TokenID, Attempt, ErrorMessage, IsRetryable, RequestID) VALUES (?, ?, ?, ?, ?, ?)",
                company, token, attempt, error, retryable, requestId);
    }

    int number(String query) {
        return sql.queryForObject(query, Integer.class);
    }

    /** The rows by the columns asked for, as text: {@code A=1 B=x}, whole numbers and flags alike on every engine. */
    List<String> rows(String query, String... columns) {
        return sql.queryForList(query).stream().map(row -> List.of(columns).stream()
                .map(column -> column + "=" + text(row, column)).collect(Collectors.joining(" "))).toList();
    }

    /** The column names in order, in lower case: engines differ in the case they store. */
    List<String> columns(String table) {
        return sql.query("SELECT * FROM " + table + " WHERE 1 = 0", rows -> {
            List<String> names = new ArrayList<>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                names.add(rows.getMetaData().getColumnLabel(i).toLowerCase(Locale.ROOT));
            }
            return names;
        });
    }

    private static String text(Map<String, Object> row, String column) {
        Map<String, Object> anyCase = new LinkedCaseInsensitiveMap<>();
        anyCase.putAll(row);
        if (!anyCase.containsKey(column)) {
            throw new AssertionError("No column " + column + " in " + anyCase.keySet());
        }
        return String.valueOf(anyCase.get(column));
    }
}
