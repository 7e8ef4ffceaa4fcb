package dev.tollgate.gateway.keys;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

import org.springframework.stereotype.Component;

import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.KeyText;
import dev.tollgate.gateway.ListPage;
import dev.tollgate.gateway.Refusal;

/** Makes, lists and revokes keys. */
@Component
public class KeyOffice {

    /** A new key, with the key. */
    public record Made(String id, String key) {

        @Override
        public String toString() {
            return "key " + id;
        }
    }

    /** A key without the key. */
    public record Shown(String id, String name, List<String> apis, String companyId, String sellerId, String lastFour,
            Instant createdAt, Instant lastUsedAt) {
    }

    private static final List<String> BUILT_IN = List.of("gemini", "xai", "keepa", "sp-api", "jobs", "status");

    /** First parts of paths that no key of a caller opens by their own name. */
    private static final Set<String> NOT_BY_NAME = Set.of("admin", "actuator", "sandbox", "callback", "auth");

    private final KeyTable table;
    private final GatewayKeys keys;
    private final LastUse lastUse;
    private final Entrances entrances;
    private final Clock clock;
    private volatile Runnable toTheOthers = () -> { };

    KeyOffice(KeyTable table, GatewayKeys keys, LastUse lastUse, Entrances entrances, Clock clock) {
        this.table = table;
        this.keys = keys;
        this.lastUse = lastUse;
        this.entrances = entrances;
        this.clock = clock;
    }

    /** What a key can be made for: the built-in APIs, and those whose routes are edited in. */
    public Set<String> apis() {
        Set<String> apis = new TreeSet<>(BUILT_IN);
        entrances.firstParts().stream().map(PathAccess::apiOf).filter(api -> !NOT_BY_NAME.contains(api)).forEach(apis::add);
        return apis;
    }

    public boolean knowsApi(String api) {
        return apis().contains(api);
    }

    /** Takes part in the transaction that surrounds it. */
    public Made make(String name, List<String> apis, String companyId, String sellerId) {
        String key = KeyText.random();
        KeyHolder holder = new KeyHolder(KeyText.randomId(), name, false, new TreeSet<>(apis), companyId, sellerId);
        table.insert(new KeyTable.Row(holder, KeyText.hash(key), key.substring(key.length() - 4), clock.instant(), null));
        return new Made(holder.id(), key);
    }

    /** The keys that were not revoked, the oldest first, as many as one page may hold. */
    public List<Shown> all() {
        return some(new ListPage(ListPage.MOST, 0, ""), null);
    }

    /**
     * A page of the keys, the oldest first, of one more than it has room for.
     *
     * @param after the last key of the page before; null for the first page
     */
    public List<Shown> some(ListPage page, String after) {
        return table.some(page, after).stream().map(this::shown).toList();
    }

    private Shown shown(KeyTable.Row row) {
        return new Shown(row.holder().id(), row.holder().name(), row.holder().apis().stream().sorted().toList(), row.holder().companyId(),
                row.holder().sellerId(), row.lastFour(), row.createdAt(), lastUse.of(row));
    }

    /** Runs something in the transaction that revokes a key. */
    void tellOthers(Runnable revoked) {
        toTheOthers = revoked;
    }

    /**
     * Revokes a key; when this returns it opens nothing here.
     *
     * @param transaction runs what it is given and commits
     * @throws Refusal 404 when there is no such key
     */
    public void revoke(String id, Predicate<BooleanSupplier> transaction) {
        KeyTable.Row row = table.byId(id).orElseThrow(() -> noSuchKey());
        boolean done = transaction.test(() -> {
            boolean revoked = table.revoke(id, clock.instant());
            if (revoked) {
                toTheOthers.run();
            }
            return revoked;
        });
        keys.forget(row); // after the commit, so that nobody reads the old row afterwards
        if (!done) {
            throw noSuchKey();
        }
    }

    private static Refusal noSuchKey() {
        return Refusal.of(404, "There is no key with this id. GET /admin/keys lists them.");
    }
}
