package dev.tollgate.gateway.keys;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.SqlParameterValue;
import org.springframework.stereotype.Component;

import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.Tables;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.ListPage;

/** Table GatewayKeys. Statements serve every engine alike. */
@Component
class KeyTable {

    /** A key in the table, which is all of it but the key. */
    record Row(KeyHolder holder, String hash, String lastFour, Instant createdAt, Instant lastUsedAt) {
    }

    private static final int TIMEOUT_SECONDS = 5;

    private final JdbcTemplate jdbc;
    private final String table;
    private final DatabaseClock times;

    KeyTable(DataSource database, Tables tables, DatabaseClock times) {
        this.times = times;
        this.jdbc = new JdbcTemplate(database);
        this.jdbc.setQueryTimeout(TIMEOUT_SECONDS);
        this.table = tables.gatewayKeys();
    }

    void insert(Row row) {
        KeyHolder holder = row.holder();
        jdbc.update("INSERT INTO " + table + " (KeyID, KeyHash, LastFour, KeyName, Apis, CompanyID, SellerID, CreatedAt)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)", holder.id(), row.hash(), row.lastFour(), holder.name(),
                String.join(",", holder.apis()), text(holder.companyId()), text(holder.sellerId()), times.local(row.createdAt()));
    }

    /** Typed, because a bare null has no type, which some drivers ask the server for. */
    private static SqlParameterValue text(String maybeNull) {
        return new SqlParameterValue(Types.VARCHAR, maybeNull);
    }

    /** A key that was not revoked. */
    Optional<Row> byHash(String hash) {
        return jdbc.query("SELECT * FROM " + table + " WHERE KeyHash = CAST(? AS VARCHAR(64)) AND RevokedAt IS NULL",
                this::row, hash).stream().findFirst();
    }

    Optional<Row> byId(String id) {
        return jdbc.query("SELECT * FROM " + table + " WHERE KeyID = CAST(? AS VARCHAR(32)) AND RevokedAt IS NULL",
                this::row, id).stream().findFirst();
    }

    /**
     * A page, the oldest first, of one more than it has room for.
     *
     * @param after the last key of the page before; null for the first page
     */
    List<Row> some(ListPage page, String after) {
        List<Object> parameters = new ArrayList<>();
        if (after != null) {
            parameters.add(after);
        }
        if (!page.search().isEmpty()) {
            parameters.addAll(Collections.nCopies(4, page.pattern()));
        }
        parameters.add(page.limit() + 1);
        return jdbc.query("SELECT k.* FROM " + table + " k WHERE k.RevokedAt IS NULL"
                + (after == null ? "" : " AND EXISTS (SELECT 1 FROM " + table + " a WHERE a.KeyID = CAST(? AS VARCHAR(32))"
                        + " AND (a.CreatedAt < k.CreatedAt OR a.CreatedAt = k.CreatedAt AND a.KeyID < k.KeyID))")
                + (page.search().isEmpty() ? "" : " AND (LOWER(k.KeyName) LIKE ? ESCAPE '!' OR LOWER(k.Apis) LIKE ? ESCAPE '!'"
                        + " OR LOWER(k.CompanyID) LIKE ? ESCAPE '!' OR LOWER(k.SellerID) LIKE ? ESCAPE '!')")
                + " ORDER BY k.CreatedAt, k.KeyID OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY", this::row, parameters.toArray());
    }

    /** True for one caller only, however many revoke the same key at once. */
    boolean revoke(String id, Instant at) {
        return jdbc.update("UPDATE " + table + " SET RevokedAt = ? WHERE KeyID = CAST(? AS VARCHAR(32)) AND RevokedAt IS NULL",
                times.local(at), id) == 1;
    }

    void used(String id, Instant at) {
        jdbc.update("UPDATE " + table + " SET LastUsedAt = ? WHERE KeyID = CAST(? AS VARCHAR(32))", times.local(at), id);
    }

    private Row row(ResultSet row, int number) throws SQLException {
        String apis = row.getString("Apis");
        KeyHolder holder = new KeyHolder(row.getString("KeyID"), row.getString("KeyName"), false,
                apis.isEmpty() ? Set.of() : Set.of(apis.split(",")), row.getString("CompanyID"), row.getString("SellerID"));
        return new Row(holder, row.getString("KeyHash"), row.getString("LastFour"), instant(row, "CreatedAt"),
                instant(row, "LastUsedAt"));
    }

    private Instant instant(ResultSet row, String column) throws SQLException {
        return times.instant(row.getTimestamp(column));
    }
}
