package dev.tollgate.spapi.sellers;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;

import dev.tollgate.cluster.Cluster;
import dev.tollgate.cluster.DatabaseAwayException;
import dev.tollgate.gateway.KeyText;
import dev.tollgate.logging.Redactor;
import dev.tollgate.oauth.AccessToken;
import dev.tollgate.secret.SecretCipher;
import dev.tollgate.secret.SecretUnreadableException;

/**
 * Access tokens in the table SharedTokens, encrypted, one request a life over all nodes. Who needs another one claims the version
 * that it knows; the claim ends by itself when its node was killed. A token is written over the version that was claimed and over no
 * later one, so that a node that was paused changes nothing. A life is told in the time of the database and read in that of the node,
 * by what this node knows of the database's clock and never by a question on its way, which would lengthen it. While the database is
 * away each node asks for itself: Amazon's refresh tokens do not change on use.
 */
final class SharedTokens implements TokenShelf {

    /** What the tokens are encrypted for; part of every stored value's check, so it must never change. */
    static final String PURPOSE = "SharedTokens.AccessToken";

    private static final Logger log = LoggerFactory.getLogger(SharedTokens.class);
    private static final int MOST = 10_000;
    private static final Duration KEPT = Duration.ofHours(1);

    private record Row(long version, @Nullable String token, long issuedAt, long endsAt, long renewAt, String claimedBy, long claimEpoch, long claimedUntil) {
    }

    private final Cluster cluster;
    private final SecretCipher cipher;
    private final Clock clock;
    private final Duration claim;
    private final String table;
    /** The version that this node took or laid down last. Bound: {@value #MOST} tokens; one that is not known is taken again. */
    private final Map<TokenKey, Long> known = Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).<TokenKey, Long>build().asMap();

    /**
     * @param cipher made for {@value #PURPOSE}
     * @param clock  by which this node's tokens end
     * @param claim  how long a request may take
     */
    SharedTokens(Cluster cluster, SecretCipher cipher, Clock clock, Duration claim) {
        this.cluster = cluster;
        this.cipher = cipher;
        this.clock = clock;
        this.claim = claim;
        this.table = cluster.database().table("SharedTokens");
    }

    @Override
    public Word claim(TokenKey key) {
        try {
            return cluster.database().inTransaction(sql -> claim(sql, key));
        } catch (DatabaseAwayException away) {
            return new Word.Ask();
        }
    }

    private Word claim(JdbcOperations sql, TokenKey key) {
        long now = sql.queryForObject("SELECT " + cluster.database().now(), Long.class);
        List<Row> rows = sql.query("SELECT Version, AccessToken, IssuedAt, EndsAt, RenewAt, ClaimedBy, ClaimEpoch, ClaimedUntil FROM " + table
                + " WHERE TokenKey = ?", (row, n) -> new Row(row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4), row.getLong(5),
                row.getString(6), row.getLong(7), row.getLong(8)), hash(key));
        if (rows.isEmpty()) {
            sql.update("DELETE FROM " + table + " WHERE EndsAt < ? AND ClaimedUntil < ?", now - KEPT.toMillis(), now - KEPT.toMillis());
            sql.update("INSERT INTO " + table + " (TokenKey, Version, IssuedAt, EndsAt, RenewAt, ClaimedBy, ClaimEpoch, ClaimedUntil)"
                    + " VALUES (?, 0, 0, 0, 0, ?, ?, ?)", hash(key), cluster.id(), cluster.epoch(), now + claim.toMillis());
            known.put(key, 0L);
            return new Word.Ask();
        }
        Row row = rows.get(0);
        Word.Take taken = row.version > known.getOrDefault(key, -1L) && row.endsAt > now ? take(row) : null;
        if (taken != null) {
            known.put(key, row.version);
            return taken;
        }
        boolean mine = cluster.id().equals(row.claimedBy) && row.claimEpoch == cluster.epoch();
        boolean free = mine || row.claimedUntil < now;
        if (free && sql.update("UPDATE " + table + " SET ClaimedBy = ?, ClaimEpoch = ?, ClaimedUntil = ? WHERE TokenKey = ? AND Version = ?"
                + " AND ClaimedUntil = ?", cluster.id(), cluster.epoch(), now + claim.toMillis(), hash(key), row.version, row.claimedUntil) == 1) {
            known.put(key, row.version);
            return new Word.Ask();
        }
        return new Word.Wait();
    }

    /** Null for one that cannot be read. */
    private Word.@Nullable Take take(Row row) {
        if (row.token == null) {
            return null;
        }
        try {
            String value = cipher.decrypt(row.token);
            Redactor.register(value);
            Instant here = clock.instant().minus(cluster.clockError()); // read first, so that a pause between the two shortens the life
            long there = cluster.clock().millis();
            return new Word.Take(new AccessToken(value, here.plusMillis(row.issuedAt - there), here.plusMillis(row.endsAt - there)),
                    here.plusMillis(row.renewAt - there));
        } catch (SecretUnreadableException other) {
            log.debug("An access token of another node cannot be read", other);
            return null;
        }
    }

    @Override
    public void lay(TokenKey key, AccessToken token, Instant renewAt) {
        Long version = known.get(key);
        if (version == null) {
            return; // asked while the database was away
        }
        long there = cluster.clock().instant().minus(cluster.clockError()).toEpochMilli(); // read first, as in take
        Instant here = clock.instant();
        try {
            int rows = cluster.database().inTransaction(sql -> sql.update("UPDATE " + table + " SET Version = Version + 1, AccessToken = ?,"
                    + " IssuedAt = ?, EndsAt = ?, RenewAt = ?, ClaimedUntil = 0 WHERE TokenKey = ? AND Version = ?", cipher.encrypt(token.value()),
                    there + Duration.between(here, token.issuedAt()).toMillis(), there + Duration.between(here, token.expiresAt()).toMillis(),
                    there + Duration.between(here, renewAt).toMillis(), hash(key), version));
            if (rows == 1) {
                known.put(key, version + 1);
            }
        } catch (DatabaseAwayException away) {
            log.debug("The other nodes ask for this token themselves", away);
        }
    }

    @Override
    public void leave(TokenKey key) {
        try {
            cluster.database().inTransaction(sql -> sql.update("UPDATE " + table + " SET ClaimedUntil = 0 WHERE TokenKey = ? AND ClaimedBy = ?"
                    + " AND ClaimEpoch = ?", hash(key), cluster.id(), cluster.epoch()));
        } catch (DatabaseAwayException away) {
            log.debug("The claim ends by itself", away);
        }
    }

    @Override
    public void forget(TokenKey key) {
        known.remove(key);
        try {
            cluster.database().inTransaction(sql -> sql.update("DELETE FROM " + table + " WHERE TokenKey = ?", hash(key)));
        } catch (DatabaseAwayException away) {
            log.debug("The token ends by itself", away);
        }
    }

    private static String hash(TokenKey key) {
        return KeyText.hash(key.clientId() + "\n" + key.refreshTokenHash());
    }
}
