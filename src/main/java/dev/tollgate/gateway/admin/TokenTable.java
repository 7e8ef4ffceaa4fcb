package dev.tollgate.gateway.admin;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.stereotype.Component;

import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.Tables;
import dev.tollgate.gateway.ListPage;

/** TokenMaster and its summary, as an operator changes them. One text of each statement serves every engine. */
@Component
class TokenTable {

    private static final String ORDER = " ORDER BY m.TokenID OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY";

    static final long DEFAULT_LIMIT = 100_000;
    static final long DEFAULT_THRESHOLD = 3_000;

    /**
     * A token with its summary.
     *
     * @param apiKey as stored, maybe encrypted; never part of {@link #toString()}
     */
    record Row(long id, String companyId, @Nullable String companyName, @Nullable String apiKey, String provider, long limit,
            @Nullable String status, @Nullable Instant createdAt, long used, long remaining, long threshold) {

        @Override
        public String toString() {
            return "token " + id + " of " + companyId;
        }
    }

    private final JdbcTemplate jdbc;
    private final Tables tables;
    private final Clock clock;
    private final DatabaseClock times;
    private final String select;

    TokenTable(JdbcTemplate jdbc, Tables tables, Clock clock, DatabaseClock times) {
        this.times = times;
        this.jdbc = jdbc;
        this.tables = tables;
        this.clock = clock;
        this.select = "SELECT m.TokenID, m.CompanyID, m.CompanyName, m.ApiKey, m.Provider,"
                + " COALESCE(m.TotalTokenLimit, " + DEFAULT_LIMIT + ") AS TokenLimit, m.Status, m.CreatedAt,"
                + " COALESCE(s.TotalUsedTokens, 0) AS UsedTokens,"
                + " COALESCE(s.TotalRemainingTokens, m.TotalTokenLimit, " + DEFAULT_LIMIT + ") AS RemainingTokens,"
                + " COALESCE(s.Threshold, " + DEFAULT_THRESHOLD + ") AS TokenThreshold"
                + " FROM " + tables.tokenMaster() + " m LEFT JOIN " + tables.usageSummary() + " s ON s.SummaryID = (SELECT MIN(o.SummaryID)"
                + " FROM " + tables.usageSummary() + " o WHERE o.TokenID = m.TokenID)";
    }

    private LocalDateTime now() {
        return times.local(clock.instant());
    }

    /** One more than the page has room for, which says that there is another page. */
    List<Row> some(ListPage page) {
        String text = page.pattern();
        return page.search().isEmpty()
                ? jdbc.query(select + " WHERE m.TokenID > ?" + ORDER, this::row, page.after(), page.limit() + 1)
                : jdbc.query(select + " WHERE m.TokenID > ? AND (LOWER(m.CompanyID) LIKE ? ESCAPE '!' OR LOWER(m.CompanyName) LIKE ? ESCAPE '!'"
                        + " OR LOWER(m.Provider) LIKE ? ESCAPE '!' OR LOWER(m.Status) LIKE ? ESCAPE '!')" + ORDER, this::row, page.after(),
                        text, text, text, text, page.limit() + 1);
    }

    Optional<Row> find(long id) {
        return jdbc.query(select + " WHERE m.TokenID = ?", this::row, id).stream().findFirst();
    }

    long insert(String companyId, @Nullable String companyName, String storedKey, String provider, long limit, long threshold) {
        GeneratedKeyHolder generated = new GeneratedKeyHolder();
        jdbc.update(connection -> {
            PreparedStatement insert = connection.prepareStatement("INSERT INTO " + tables.tokenMaster()
                    + " (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit, Status, CreatedAt)"
                    + " VALUES (?, ?, ?, ?, ?, 'Active', ?)", Statement.RETURN_GENERATED_KEYS);
            insert.setString(1, companyId);
            insert.setString(2, companyName);
            insert.setString(3, storedKey);
            insert.setString(4, provider);
            insert.setLong(5, limit);
            insert.setObject(6, now());
            return insert;
        }, generated);
        long id = idOf(generated.getKeyList().get(0));
        jdbc.update("INSERT INTO " + tables.usageSummary() + " (TokenID, TotalUsedTokens, TotalRemainingTokens, Threshold,"
                + " LastUpdated) VALUES (?, 0, ?, ?, ?)", id, limit, threshold, now());
        return id;
    }

    /** H2 and PostgreSQL answer every column that was filled in, SQL Server the identity alone. */
    private static long idOf(Map<String, Object> generated) {
        Object id = generated.entrySet().stream().filter(column -> column.getKey().equalsIgnoreCase("TokenID"))
                .map(Map.Entry::getValue).findFirst().orElseGet(() -> generated.values().iterator().next());
        return ((Number) id).longValue();
    }

    /** The summary before the token, in the order of every booking, so that the two do not wait for each other. */
    void changeLimit(long id, long limit) {
        jdbc.update("UPDATE " + tables.usageSummary() + " SET TotalRemainingTokens = ? - COALESCE(TotalUsedTokens, 0),"
                + " LastUpdated = ? WHERE TokenID = ?", limit, now(), id);
        jdbc.update("UPDATE " + tables.tokenMaster() + " SET TotalTokenLimit = ? WHERE TokenID = ?", limit, id);
    }

    /** A summary that is missing is made from what the logs hold. */
    void changeThreshold(long id, long threshold) {
        LocalDateTime now = now();
        int rows = jdbc.update("UPDATE " + tables.usageSummary() + " SET Threshold = ?, LastUpdated = ? WHERE TokenID = ?",
                threshold, now, id);
        if (rows == 0) {
            String used = "COALESCE((SELECT SUM(CAST(l.TotalTokensUsed AS BIGINT)) FROM " + tables.usageLogs()
                    + " l WHERE l.TokenID = m.TokenID), 0)";
            jdbc.update("INSERT INTO " + tables.usageSummary() + " (TokenID, TotalUsedTokens, TotalRemainingTokens, Threshold,"
                    + " LastUpdated) SELECT m.TokenID, " + used + ", COALESCE(m.TotalTokenLimit, " + DEFAULT_LIMIT + ") - " + used
                    + ", CAST(? AS BIGINT), ? FROM " + tables.tokenMaster() + " m WHERE m.TokenID = ?", threshold, now, id);
        }
    }

    void changeStatus(long id, String status) {
        jdbc.update("UPDATE " + tables.tokenMaster() + " SET Status = ? WHERE TokenID = ?", status, id);
    }

    void changeKey(long id, String storedKey) {
        jdbc.update("UPDATE " + tables.tokenMaster() + " SET ApiKey = ? WHERE TokenID = ?", storedKey, id);
    }

    private Row row(ResultSet row, int number) throws SQLException {
        return new Row(row.getLong("TokenID"), row.getString("CompanyID"), row.getString("CompanyName"),
                row.getString("ApiKey"), row.getString("Provider"), row.getLong("TokenLimit"), row.getString("Status"),
                times.instant(row.getTimestamp("CreatedAt")), row.getLong("UsedTokens"), row.getLong("RemainingTokens"),
                row.getLong("TokenThreshold"));
    }
}
