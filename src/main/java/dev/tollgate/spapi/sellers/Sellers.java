package dev.tollgate.spapi.sellers;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

import org.springframework.dao.DataAccessException;

/** The connected sellers as {@code /sellers} shows them, and what an operator does with them. */
public final class Sellers {

    /** Of a seller in two regions: the column holds 64 characters, the region among them. */
    private static final int LONGEST_ID = 61;

    private final GrantStore store;
    private final GrantBook book;
    private final AccessTokens tokens;
    private final Clock clock;

    Sellers(GrantStore store, GrantBook book, AccessTokens tokens, Clock clock) {
        this.store = store;
        this.book = book;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** Every seller, without secrets. */
    public List<Map<String, Object>> list() {
        return list(anyone -> true);
    }

    /**
     * The sellers whom the reader may see, without secrets: the body of {@code GET /sellers}.
     *
     * @param shown by its id, whether a seller is among them
     */
    public List<Map<String, Object>> list(Predicate<String> shown) {
        return book.all().stream().filter(grant -> shown.test(grant.sellerId())).map(this::show).toList();
    }

    /** One seller, without secrets. */
    public Map<String, Object> show(Grant grant) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("sellerId", grant.sellerId());
        one.put("state", grant.state().text());
        one.put("connectedAt", grant.connectedAt().toString());
        one.put("accessTokenExpiresAt", tokens.expiresAt(grant).map(Instant::toString).orElse(null));
        one.put("region", grant.region().name());
        one.put("marketplaces", grant.marketplaces());
        one.put("consentEndsAt", grant.consentEndsAt().toString());
        one.put("consentEndsSoon", grant.consentEndsSoon(clock.instant()));
        one.put("lastError", grant.lastError());
        return one;
    }

    /**
     * Where a seller's consents hold, the first one first, and so which endpoints calls can go to ({@link Region#endpoint});
     * empty for a seller that nobody connected.
     *
     * @throws DataAccessException when the database is away and nothing is known of this seller
     */
    public List<Region> regionsOf(String sellerId) {
        return book.find(sellerId).stream().map(Grant::region).toList();
    }

    /**
     * Takes over a refresh token that was obtained elsewhere; its consent counts from now, since nobody knows better.
     *
     * @param marketplaceIds at least one, all of one region
     * @throws IllegalArgumentException for a seller id, a token or marketplaces that cannot be; fit for the caller
     * @throws DataAccessException      when it cannot be stored
     */
    public Grant importGrant(String sellerId, List<String> marketplaceIds, String refreshToken) {
        require(Grant.isSellerId(sellerId), "sellerId is missing or no seller id.");
        require(refreshToken != null && !refreshToken.isBlank() && refreshToken.length() <= 2048, "refreshToken is missing or too long.");
        Region region = Marketplaces.regionOf(marketplaceIds == null ? List.of() : marketplaceIds);
        require(sellerId.length() <= LONGEST_ID || store.find(sellerId).stream().allMatch(known -> known.region() == region),
                "sellerId is longer than " + LONGEST_ID + " characters, and connected in another region.");
        Grant grant = Grant.given(sellerId, region, marketplaceIds, refreshToken.strip(), clock.instant().truncatedTo(ChronoUnit.SECONDS));
        store.save(grant);
        tokens.connected(grant);
        return grant;
    }

    /**
     * Forgets a seller and its tokens, those in memory too.
     *
     * @param around runs the removal from the table, in a transaction for example; memory follows when that is done
     * @return whether there was one
     */
    public boolean remove(String sellerId, Predicate<BooleanSupplier> around) {
        List<Grant> grants = store.find(sellerId);
        boolean removed = around.test(() -> store.delete(sellerId));
        grants.forEach(tokens::removed);
        return removed;
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }
}
