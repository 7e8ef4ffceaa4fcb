package dev.tollgate.spapi.sellers;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.tollgate.oauth.TokenSlot;

/**
 * For whom a token is asked.
 *
 * @param sellerId     null when the refresh token came with a job
 * @param region      where the consent holds; null with the seller
 * @param connectedAt  when the consent behind it was given
 */
record Holder(@Nullable String sellerId, @Nullable Region region, String refreshToken, Instant connectedAt) {

    static Holder of(Grant grant) {
        return new Holder(grant.sellerId(), grant.region(), grant.refreshToken(), grant.connectedAt());
    }

    /** Whether consent was given after this refresh token was found dead: then what was found no longer counts. */
    boolean healed(TokenSlot slot) {
        return slot.dead() && connectedAt.isAfter(slot.deadSince());
    }

    @Override
    public String toString() {
        return sellerId == null ? "a refresh token passed with a job" : "seller " + sellerId + " in " + region;
    }
}
