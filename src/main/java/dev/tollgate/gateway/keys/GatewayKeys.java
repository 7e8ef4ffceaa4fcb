package dev.tollgate.gateway.keys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.KeyText;
import dev.tollgate.gateway.Refusal;

/**
 * Knows gateway keys: from the table, and for {@code tollgate.keys.cache-for} from memory. While the database is away
 * those read last serve on for {@code tollgate.keys.last-known-for}.
 */
@Component("gatewayKeys")
public class GatewayKeys {

    private record Known(KeyHolder holder, Instant readAt) {
    }

    private static final Duration COME_BACK = Duration.ofSeconds(5);

    private final KeyTable table;
    private final LastUse lastUse;
    private final DatabaseHealth database;
    private final KeyProperties properties;
    private final AdminKey adminKey;
    private final Clock clock;
    /** Bound: tollgate.keys.last-known-max keys that were found good, by hashes of 64 characters. */
    private final Cache<String, Known> known;
    /** What was read before must be read again. */
    private volatile Instant revokedAt = Instant.MIN;

    GatewayKeys(KeyTable table, LastUse lastUse, DatabaseHealth database, KeyProperties properties, AdminKey adminKey,
            Clock clock) {
        this.table = table;
        this.lastUse = lastUse;
        this.database = database;
        this.properties = properties;
        this.adminKey = adminKey;
        this.clock = clock;
        this.known = Caffeine.newBuilder().maximumSize(properties.lastKnownMax())
                .expireAfterWrite(properties.lastKnownFor())
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis())).executor(Runnable::run).build();
    }

    /**
     * The id of a key that may use an API, for an endpoint that takes keys where the filter chain does not look.
     *
     * @param api for example {@code sp-api}
     * @return empty for a text that is no key or one that may not; {@code loopback} for any text where no keys are asked for
     */
    public Optional<String> idFor(String key, String api) {
        if (!adminKey.isSet()) {
            return Optional.of(KeyHolder.LOOPBACK.id());
        }
        return holderOf(key).filter(holder -> holder.mayUse(api)).map(KeyHolder::id);
    }

    /** @throws Refusal 503 when the key is not in memory and the database is away */
    Optional<KeyHolder> holderOf(String key) {
        return KeyText.fits(key) ? holderByHash(KeyText.hash(key)) : Optional.empty();
    }

    /** Whoever has the key of this id, unless it was revoked; for tokens that were issued for a key. */
    Optional<KeyHolder> holderById(String id) {
        if (KeyHolder.LOOPBACK.id().equals(id)) {
            return adminKey.isSet() ? Optional.empty() : Optional.of(KeyHolder.LOOPBACK);
        }
        return read("id " + id, () -> table.byId(id));
    }

    private Optional<KeyHolder> holderByHash(String hash) {
        return read(hash, () -> table.byHash(hash).filter(row -> same(row.hash(), hash)));
    }

    /** Whether a key was found good here lately; asks no database. */
    boolean remembers(String key) {
        return KeyText.fits(key) && known.getIfPresent(KeyText.hash(key)) != null;
    }

    boolean remembersId(String id) {
        return known.getIfPresent("id " + id) != null;
    }

    /** From now on the key is unknown here. What reads it this moment is waited for, so that nothing old comes back. */
    void forget(KeyTable.Row row) {
        known.asMap().remove(row.hash());
        known.asMap().remove("id " + row.holder().id());
    }

    /** A key was revoked somewhere: each is read again before it opens anything, unless the database is away. */
    void readAgain() {
        revokedAt = clock.instant();
    }

    private boolean isFresh(Known read, Instant now) {
        return now.isBefore(read.readAt().plus(properties.cacheFor())) && read.readAt().isAfter(revokedAt);
    }

    private interface Read {

        Optional<KeyTable.Row> row();
    }

    private Optional<KeyHolder> read(String name, Read read) {
        Instant now = clock.instant();
        Known fresh = known.getIfPresent(name);
        if (fresh == null || !isFresh(fresh, now)) {
            fresh = known.asMap().compute(name, (ignored, last) -> again(last, now, read));
        }
        if (fresh == null) {
            return Optional.empty();
        }
        lastUse.note(fresh.holder().id(), now);
        return Optional.of(fresh.holder());
    }

    /** Another caller may have read it meanwhile; where the database is away what is known stays. */
    private Known again(Known last, Instant now, Read read) {
        if (last != null && isFresh(last, now)) {
            return last;
        }
        try {
            if (database.mayTry()) {
                Optional<KeyTable.Row> row = read.row();
                database.succeeded();
                return row.map(found -> new Known(found.holder(), now)).orElse(null);
            }
        }
        catch (DataAccessException e) {
            database.failed(e);
        }
        if (last == null || !now.isBefore(last.readAt().plus(properties.lastKnownFor()))) {
            throw Refusal.until(503, "The key cannot be checked: the database is away. Try again later.", COME_BACK);
        }
        return last;
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }
}
