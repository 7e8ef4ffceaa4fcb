package dev.tollgate.spapi.sellers;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

import dev.tollgate.database.Tables;
import dev.tollgate.logging.Redactor;
import dev.tollgate.secret.SecretCipher;
import dev.tollgate.secret.SecretUnreadableException;

/**
 * The grants in the table SellerGrants, their refresh tokens encrypted. The grant of a seller's first region stands under the
 * seller's id, one of another region under the id with the region, as in {@code A1SELLER@EU}: the column is unique in tables of
 * every release. Every method throws Spring's
 * {@code DataAccessException} when the database cannot be used. Safe for several threads and several nodes.
 */
public class GrantStore {

    /** What the tokens are encrypted for; part of every stored value's check, so it must never change. */
    static final String PURPOSE = "SellerGrants.RefreshToken";

    private static final int ERROR_CHARACTERS = 500;
    private static final String COLUMNS =
            "SellerID, Region, Marketplaces, RefreshToken, State, ConnectedAt, LastError, LastErrorAt";

    private static final Logger log = LoggerFactory.getLogger(GrantStore.class);

    private static final String AT = "@";

    /** @param key the seller's id, with the region where it is not the first */
    private record Stored(String key, String refreshToken) {
    }

    private final JdbcClient database;
    private final String table;
    private final SecretCipher cipher;

    /** @param cipher made for {@value #PURPOSE} */
    GrantStore(JdbcClient database, Tables tables, SecretCipher cipher) {
        this.database = database;
        this.table = tables.sellerGrants();
        this.cipher = cipher;
    }

    /** Stores a grant in place of whatever was stored for its seller in its region: update first, else insert. */
    public void save(Grant grant) {
        store(grant);
        Redactor.register(grant.refreshToken());
    }

    private void store(Grant grant) {
        String encrypted = cipher.encrypt(grant.refreshToken());
        // A key that is taken all the same was taken meanwhile: by this region's grant, or by one of another region.
        if (update(grant, encrypted) == 0 && !insert(freeKey(grant), grant, encrypted) && update(grant, encrypted) == 0
                && !insert(inRegion(grant.sellerId(), grant.region()), grant, encrypted)) {
            update(grant, encrypted);
        }
    }

    /**
     * The seller's id, unless a grant of another region stands under it. It is looked for, since inside a transaction PostgreSQL
     * takes no further statement after an insert that failed.
     */
    private String freeKey(Grant grant) {
        boolean taken = database.sql("SELECT COUNT(*) FROM " + table + " WHERE SellerID = CAST(:seller AS VARCHAR(64)) AND Region <> :region")
                .param("seller", grant.sellerId()).param("region", grant.region().name()).query(Long.class).single() > 0;
        return taken ? inRegion(grant.sellerId(), grant.region()) : grant.sellerId();
    }

    private int update(Grant grant, String encrypted) {
        return bind("UPDATE " + table + " SET Marketplaces = :marketplaces, RefreshToken = :token,"
                + " State = :state, ConnectedAt = :connectedAt, LastError = NULL, LastErrorAt = NULL"
                + " WHERE SellerID IN (:seller) AND Region = :region", grant, encrypted).param("seller", keys(grant.sellerId())).update();
    }

    /** False for a key that somebody who was faster has taken. */
    private boolean insert(String key, Grant grant, String encrypted) {
        try {
            return bind("INSERT INTO " + table + " (SellerID, Region, Marketplaces, RefreshToken, State, ConnectedAt)"
                    + " VALUES (:seller, :region, :marketplaces, :token, :state, :connectedAt)", grant, encrypted).param("seller", key).update() > 0;
        } catch (DuplicateKeyException e) {
            log.debug("The key {} is taken", key);
            return false;
        }
    }

    private static String inRegion(String sellerId, Region region) {
        return sellerId + AT + region.name();
    }

    /** What a seller's grants may stand under. */
    private static List<String> keys(String sellerId) {
        return Stream.concat(Stream.of(sellerId), Stream.of(Region.values()).map(region -> inRegion(sellerId, region))).toList();
    }

    private JdbcClient.StatementSpec bind(String sql, Grant grant, String encrypted) {
        return database.sql(sql)
                .param("region", grant.region().name())
                .param("marketplaces", String.join(",", grant.marketplaces()))
                .param("token", encrypted)
                .param("state", grant.state().text())
                .param("connectedAt", utc(grant.connectedAt()));
    }

    /** The seller's grants, one a region; that of the first region first. */
    public List<Grant> find(String sellerId) {
        return database.sql("SELECT " + COLUMNS + " FROM " + table + " WHERE SellerID IN (:seller) ORDER BY SellerID")
                .param("seller", keys(sellerId)).query((row, number) -> grant(row)).list();
    }

    /** Every grant, by seller. */
    public List<Grant> list() {
        return database.sql("SELECT " + COLUMNS + " FROM " + table + " ORDER BY SellerID")
                .query((row, number) -> grant(row)).list();
    }

    /** Forgets a seller, in all regions. */
    public boolean delete(String sellerId) {
        return database.sql("DELETE FROM " + table + " WHERE SellerID IN (:seller)").param("seller", keys(sellerId)).update() > 0;
    }

    /**
     * Notes that Amazon no longer takes a refresh token, unless another one was stored meanwhile.
     *
     * @param refused the refresh token that was refused
     * @param reason  without secrets; what is longer than 500 characters is cut
     * @return whether this call changed the row: false when the seller reconnected, is gone, or was marked already
     */
    public boolean markReconnectNeeded(String sellerId, String refused, String reason, Instant at) {
        Optional<Stored> stored = database.sql("SELECT SellerID, RefreshToken FROM " + table + " WHERE SellerID IN (:seller)")
                .param("seller", keys(sellerId)).query((row, number) -> stored(row)).list().stream()
                .filter(one -> readable(one).equals(refused)).findFirst();
        if (stored.isEmpty()) {
            return false;
        }
        return database.sql("UPDATE " + table + " SET State = :needed, LastError = :error, LastErrorAt = :at"
                + " WHERE SellerID = :seller AND RefreshToken = :read AND State = :connected")
                .param("needed", Grant.State.RECONNECT_NEEDED.text())
                .param("error", reason.substring(0, Math.min(ERROR_CHARACTERS, reason.length())))
                .param("at", utc(at))
                .param("seller", stored.get().key())
                .param("read", stored.get().refreshToken())
                .param("connected", Grant.State.CONNECTED.text())
                .update() > 0;
    }

    /**
     * Brings every refresh token under the current master key, so that older keys can be dropped. One that was replaced
     * meanwhile is left alone; one that cannot be read is named in the log.
     *
     * @return how many were encrypted anew
     */
    public int encryptAnew() {
        int anew = 0;
        for (Stored stored : database.sql("SELECT SellerID, RefreshToken FROM " + table)
                .query((row, number) -> stored(row)).list()) {
            if (!cipher.isCurrent(stored.refreshToken())) {
                String plain = readable(stored);
                anew += plain.isEmpty() ? unreadable(stored) : replace(stored, cipher.encrypt(plain));
            }
        }
        return anew;
    }

    private int replace(Stored stored, String encrypted) {
        return database.sql("UPDATE " + table + " SET RefreshToken = :anew WHERE SellerID = :seller AND RefreshToken = :read")
                .param("anew", encrypted).param("seller", stored.key()).param("read", stored.refreshToken()).update();
    }

    private static int unreadable(Stored stored) {
        log.warn("The refresh token of seller {} cannot be read with any key at hand; the seller must connect again, or the"
                + " old master key be added.", stored.key());
        return 0;
    }

    private Grant grant(ResultSet row) throws SQLException {
        String token = readable(stored(row));
        Redactor.register(token);
        String error = row.getString("LastError");
        boolean unreadable = token.isEmpty();
        return new Grant(row.getString("SellerID").split(AT, 2)[0], Region.valueOf(row.getString("Region")),
                List.of(row.getString("Marketplaces").split(",")), token,
                unreadable ? Grant.State.RECONNECT_NEEDED : Grant.State.of(row.getString("State")),
                Objects.requireNonNull(instant(row, "ConnectedAt")), unreadable ? "The stored refresh token cannot be read with any key at hand" : error,
                instant(row, "LastErrorAt"));
    }

    private static Stored stored(ResultSet row) throws SQLException {
        return new Stored(row.getString("SellerID"), row.getString("RefreshToken"));
    }

    /** The token in the clear; empty when its key is not at hand: one lost row must not hide the others. */
    private String readable(Stored stored) {
        try {
            return cipher.decrypt(stored.refreshToken());
        } catch (SecretUnreadableException e) {
            log.debug("The refresh token of seller {} cannot be read", stored.key(), e);
            return "";
        }
    }

    private static LocalDateTime utc(Instant at) {
        return LocalDateTime.ofInstant(at.truncatedTo(ChronoUnit.SECONDS), ZoneOffset.UTC);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        LocalDateTime value = row.getObject(column, LocalDateTime.class);
        return value == null ? null : value.toInstant(ZoneOffset.UTC);
    }
}
