package dev.tollgate.spapi;

import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.keys.GatewayKeys;
import dev.tollgate.gateway.keys.TokenOfKey;
import dev.tollgate.spapi.sellers.GatewayTokens;
import dev.tollgate.spapi.sellers.Grant;
import dev.tollgate.spapi.sellers.GrantlessTokens;
import dev.tollgate.spapi.sellers.Sellers;

/**
 * For which seller a caller speaks. Where keys are asked for, the token endpoint takes a gateway key as refresh token, and the
 * seller is the key's or the one in {@code X-Seller-Id}. A caller of this machine who needs no key names the seller: in
 * {@code X-Seller-Id}, or to the token endpoint as refresh token {@code seller:<id>}, for SDKs that send no header of ours. A
 * gateway token gives no more than the header does. Anything else in the place of a refresh token, one of Amazon's above all,
 * is refused.
 */
@Component
public class SellerAccess implements TokenOfKey {

    private static final String REFRESH = "seller:";
    private static final String KEY_ID = "loopback:";

    private final Sellers sellers;
    private final GatewayTokens tokens;
    private final GatewayKeys keys;
    private final boolean keysAreAsked;

    SellerAccess(Sellers sellers, GatewayTokens tokens, GatewayKeys keys, @Value("${TOLLGATE_ADMIN_KEY:}") String adminKey) {
        this.sellers = sellers;
        this.tokens = tokens;
        this.keys = keys;
        this.keysAreAsked = !adminKey.isBlank();
    }

    /** The key behind a token that was issued for one. */
    @Override
    public Optional<String> keyId(String token) {
        return tokens.read(token).map(GatewayTokens.Issued::keyId).filter(id -> !id.startsWith(KEY_ID));
    }

    @Override
    public boolean hasEnded(String token) {
        return tokens.hasEnded(token);
    }

    /** What a gateway token is issued for; empty for a refresh token that names no connected seller. */
    Optional<String> issuedFor(String refreshToken) {
        if (keysAreAsked) {
            return keys.idFor(refreshToken, "sp-api");
        }
        String seller = refreshToken.startsWith(REFRESH) ? refreshToken.substring(REFRESH.length()) : "";
        return !sellers.regionsOf(seller).isEmpty() ? Optional.of(KEY_ID + seller) : Optional.empty();
    }

    /** What a gateway token for the application itself is issued for. */
    Optional<String> issuedForApplication(String clientSecret) {
        return keysAreAsked ? keys.idFor(clientSecret, "sp-api") : Optional.of(KEY_ID);
    }

    /** Whom a token for a seller's restricted data is issued to. */
    String idOf(KeyHolder caller, String seller) {
        return keysAreAsked ? caller.id() : KEY_ID + seller;
    }

    /**
     * What a caller's access token stands for; empty for none, and for one that was not issued here.
     *
     * @param token {@code x-amz-access-token}; may be null
     * @throws Refusal for a gateway token that has ended
     */
    Optional<GatewayTokens.Issued> issued(@Nullable String token) {
        return token == null || !token.startsWith(PREFIX) ? Optional.empty()
                : Optional.of(tokens.read(token).orElseThrow(() -> Refusal.of(403, "The access token you provided has expired.")));
    }

    /**
     * The seller of a call.
     *
     * @param named {@code X-Seller-Id}, the key's own seller where it has one; may be null
     * @throws Refusal for a token of another seller, and when neither names a seller
     */
    String sellerOf(@Nullable String named, Optional<GatewayTokens.Issued> token, KeyHolder caller) {
        Optional<String> own = token.flatMap(SellerAccess::seller);
        if (own.isPresent() && (named != null && !named.equals(own.get()) || !caller.mayNameSeller(own.get()))) {
            throw Refusal.of(403, "The access token you provided is not for the seller in X-Seller-Id.");
        }
        String seller = own.orElse(named);
        if (seller == null || seller.isBlank()) {
            throw Refusal.of(400, "Name the seller in the header X-Seller-Id.");
        }
        if (!Grant.isSellerId(seller)) {
            throw Refusal.of(400, "The header X-Seller-Id is no seller's id: letters, digits and . _ - only, 64 at most.");
        }
        return seller;
    }

    /** Whose token it is, where it was issued for one seller. */
    private static Optional<String> seller(GatewayTokens.Issued token) {
        return token.data() != null ? Optional.of(token.data().seller())
                : Optional.of(token.keyId()).filter(id -> id.startsWith(KEY_ID) && id.length() > KEY_ID.length()).map(id -> id.substring(KEY_ID.length()));
    }

    /** @throws Refusal 403 for a scope that is not for one seller's programs */
    void requireScope(String scope, KeyHolder caller) {
        if (scope.equals(GrantlessTokens.ROTATION) && caller.sellerId() != null) {
            throw Refusal.of(403, "This key is one seller's, and the application's secret is everybody's.");
        }
    }
}
