package dev.tollgate.spapi;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.keys.GatewayKeys;
import dev.tollgate.gateway.keys.TokenOfKey;
import dev.tollgate.spapi.sellers.GatewayTokens;
import dev.tollgate.spapi.sellers.Grant;
import dev.tollgate.spapi.sellers.Sellers;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

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
        return tokens.keyId(token).filter(id -> !id.startsWith(KEY_ID));
    }

    /** What a gateway token is issued for; empty for a refresh token that names no connected seller. */
    public Optional<String> issuedFor(String refreshToken) throws InterruptedException {
        if (keysAreAsked) {
            return keys.idFor(refreshToken, "sp-api");
        }
        String seller = refreshToken.startsWith(REFRESH) ? refreshToken.substring(REFRESH.length()) : "";
        return sellers.regionOf(seller).isPresent() ? Optional.of(KEY_ID + seller) : Optional.empty();
    }

    /**
     * The seller of a call.
     *
     * @param named {@code X-Seller-Id}; may be null
     * @param token {@code x-amz-access-token}; may be null, and counts for nothing when it was not issued here
     * @throws Refusal for a gateway token that has ended or is another seller's, and when neither names a seller
     */
    public String sellerOf(String named, String token) {
        if (token != null && token.startsWith(GatewayTokens.PREFIX)) {
            String id = tokens.keyId(token)
                    .orElseThrow(() -> Refusal.of(403, "The access token you provided has expired."));
            if (!id.startsWith(KEY_ID)) {
                return named(named); // the key's own seller stands there, where it has one
            }
            String seller = id.substring(KEY_ID.length());
            if (named != null && !named.equals(seller)) {
                throw Refusal.of(403, "The access token you provided is not for the seller in X-Seller-Id.");
            }
            return seller;
        }
        return named(named);
    }

    private static String named(String seller) {
        if (seller == null || seller.isBlank()) {
            throw Refusal.of(400, "Name the seller in the header X-Seller-Id.");
        }
        if (!Grant.isSellerId(seller)) {
            throw Refusal.of(400, "The header X-Seller-Id is no seller's id: letters, digits and . _ - only, 64 at most.");
        }
        return seller;
    }
}
