package dev.tollgate.spapi.sellers;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

import dev.tollgate.oauth.AccessToken;
import dev.tollgate.oauth.SingleFlight;
import dev.tollgate.oauth.TokenResult;
import dev.tollgate.oauth.TokenSlot;

/**
 * Fresh access tokens for every seller, in memory only. Callers who find none fresh share one request; a job renews each
 * token ahead of its end. Tokens are kept by (application, refresh token), so that no seller ever gets another's.
 *
 * <p>Amazon's tokens live an hour and refresh tokens do not change on use
 * (developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api).
 */
public final class AccessTokens {

    private static final Logger log = LoggerFactory.getLogger(AccessTokens.class);

    /** A grant may be replaced while it is in use; more often than this in one call, nobody replaces one. */
    private static final int MOST_GRANTS = 3;
    private static final Duration KEEP_DEAD = Duration.ofHours(1);

    private final Renewal renewal;
    private final GrantBook book;
    private final Clock clock;
    private final ConcurrentMap<TokenKey, TokenSlot> slots;
    private final SingleFlight<TokenKey, TokenResult> flights;

    AccessTokens(Renewal renewal, GrantBook book, Clock clock, Executor executor, Duration longestFlight) {
        this.renewal = renewal;
        this.book = book;
        this.clock = clock;
        this.slots = renewal.slots();
        this.flights = new SingleFlight<>(executor, longestFlight);
    }

    /** As {@link #forSeller(String, Region)}, in the seller's first region. */
    public TokenResult forSeller(String sellerId) {
        return forSeller(sellerId, (Region) null);
    }

    /** A token for a connected seller. Takes as long as the token endpoint does when there is none fresh, else no time. */
    public TokenResult forSeller(String sellerId, @Nullable Region region) {
        return forSeller(sellerId, region, TokenSlot::unchanged);
    }

    private TokenResult forSeller(String sellerId, @Nullable Region region, UnaryOperator<TokenSlot> before) {
        try {
            TokenResult result = new TokenResult.Unknown();
            for (int round = 0; round < MOST_GRANTS; round++) {
                Optional<Grant> grant = book.find(sellerId, region);
                if (grant.isEmpty()) {
                    return new TokenResult.Unknown();
                }
                if (!grant.get().connected()) {
                    return new TokenResult.ReconnectNeeded();
                }
                result = serve(Holder.of(grant.get()), before);
                if (!(result instanceof TokenResult.ReconnectNeeded)) {
                    return result;
                }
            }
            return result;
        } catch (DataAccessException e) {
            log.warn("The grant of seller {} cannot be read: {}", sellerId, e.getClass().getSimpleName());
            return new TokenResult.Unavailable("The database cannot be reached", Duration.ofSeconds(5));
        }
    }

    /**
     * What {@link #forSeller(String, Region)} would answer without asking Amazon; empty when it would ask. Changes nothing.
     *
     * @throws DataAccessException when the database is away and nothing is known of this seller
     */
    public Optional<TokenResult> outlook(String sellerId) {
        Optional<Grant> grant = book.find(sellerId, null);
        if (grant.isEmpty()) {
            return Optional.of(new TokenResult.Unknown());
        }
        TokenSlot slot = slots.getOrDefault(renewal.key(grant.get().refreshToken()), TokenSlot.EMPTY);
        if (!grant.get().connected() || slot.dead()) {
            return Optional.of(new TokenResult.ReconnectNeeded());
        }
        Instant now = clock.instant();
        return slot.servingAt(now).or(() -> slot.mayAskAt(now) && !renewal.pauses(now) ? Optional.empty()
                : Optional.of(renewal.unavailable(slot, now)));
    }

    /** A token for a refresh token that came with a job; it is not stored, nor renewed ahead. */
    public TokenResult forRefreshToken(String refreshToken) {
        return forRefreshToken(refreshToken, TokenSlot::unchanged);
    }

    private TokenResult forRefreshToken(String refreshToken, UnaryOperator<TokenSlot> before) {
        return serve(new Holder(null, null, refreshToken, Instant.MIN), before);
    }

    /**
     * Another token after the upstream answered 403 "expired" to this one: at most one token request for one failed token,
     * however many calls it failed.
     *
     * @return {@link TokenResult.Fresh} with the very token that failed when a newer one cannot help; a repeat is then
     *         pointless and the 403 passes through
     */
    public TokenResult replace(String sellerId, Region region, AccessToken failed) {
        return forSeller(sellerId, region, slot -> slot.expired(failed.value(), clock.instant()));
    }

    /** As {@link #replace(String, Region, AccessToken)}, for a refresh token that came with a job. */
    public TokenResult replaceFor(String refreshToken, AccessToken failed) {
        return forRefreshToken(refreshToken, slot -> slot.expired(failed.value(), clock.instant()));
    }

    private TokenResult serve(Holder holder, UnaryOperator<TokenSlot> before) {
        TokenKey key = renewal.key(holder.refreshToken());
        slots.computeIfPresent(key, (same, slot) -> holder.healed(slot) ? null : before.apply(slot));
        TokenSlot slot = slots.getOrDefault(key, TokenSlot.EMPTY);
        Instant now = clock.instant();
        Optional<TokenResult> serving = slot.servingAt(now);
        if (serving.isPresent()) {
            return serving.get();
        }
        if (slot.dead()) {
            return new TokenResult.ReconnectNeeded();
        }
        if (!slot.mayAskAt(now)) {
            return renewal.unavailable(slot, now);
        }
        try {
            return flights.joinStages(key, () -> renewal.renew(holder));
        } catch (TimeoutException e) {
            return new TokenResult.Unavailable("The token endpoint did not answer in time", Duration.ofSeconds(1));
        } catch (RejectedExecutionException e) {
            log.warn("Too many token requests wait already; the one for {} was refused", holder);
            return new TokenResult.Unavailable("Too many token requests wait already", Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new TokenResult.Unavailable("The caller left", Duration.ofSeconds(1));
        }
    }

    /** A seller gave consent, or a refresh token was imported: it serves at once, whatever went wrong before. */
    public void connected(Grant grant) {
        slots.remove(renewal.key(grant.refreshToken()));
        book.put(grant);
    }

    /** A seller was removed. */
    public void removed(Grant grant) {
        book.forget(grant.sellerId());
        renewal.forget(renewal.key(grant.refreshToken()));
    }

    /**
     * Begins to renew every token that is due and waits for none of them; for a job that runs once or more a minute.
     *
     * @return how many were begun
     */
    public int renewDue() {
        List<Grant> grants = book.all();
        Set<TokenKey> known = new HashSet<>();
        int begun = 0;
        for (Grant grant : grants) {
            Holder holder = Holder.of(grant);
            TokenKey key = renewal.key(grant.refreshToken());
            known.add(key);
            TokenSlot slot = slots.getOrDefault(key, TokenSlot.EMPTY);
            if (grant.connected() && slot.dead() && !holder.healed(slot)) {
                renewal.mark(grant.sellerId(), holder, String.valueOf(slot.error()));
            } else if (grant.connected() && slot.dueAt(clock.instant())) {
                flights.beginStages(key, () -> renewal.renew(holder));
                begun++;
            }
        }
        forgetOthers(known);
        return begun;
    }

    private void forgetOthers(Set<TokenKey> known) {
        Instant now = clock.instant();
        slots.entrySet().removeIf(entry -> !known.contains(entry.getKey()) && !entry.getValue().servesAt(now)
                && (!entry.getValue().dead() || entry.getValue().deadSince().plus(KEEP_DEAD).isBefore(now)));
    }

    /** When the seller's access token ends; empty when there is none in memory. */
    public Optional<Instant> expiresAt(Grant grant) {
        return of(grant).map(AccessToken::expiresAt);
    }

    /** The seller's access token as it is in memory; asks nobody. */
    Optional<AccessToken> of(Grant grant) {
        return Optional.ofNullable(slots.get(renewal.key(grant.refreshToken()))).map(TokenSlot::token);
    }

    /** Token requests that left since the start. */
    public long refreshes() {
        return renewal.calls();
    }
}
