package dev.tollgate.spapi;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.oauth.GatewayTokens;
import dev.tollgate.oauth.Sellers;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * For which seller a caller speaks. The gateway serves callers of its own machine only and asks them for no key, so a caller
 * names the seller: in {@code X-Seller-Id}, or to the token endpoint as refresh token {@code seller:<id>}, for SDKs that send
 * no header of ours. A gateway token gives no more than the header does. Anything else in the place of a refresh token, one of
 * Amazon's above all, is refused.
 */
@Component
public class SellerAccess {

    private static final String REFRESH = "seller:";
    private static final String KEY_ID = "loopback:";

    private final Sellers sellers;
    private final GatewayTokens tokens;

    SellerAccess(Sellers sellers, GatewayTokens tokens) {
        this.sellers = sellers;
        this.tokens = tokens;
    }

    /** What a gateway token is issued for; empty for a refresh token that names no connected seller. */
    public Optional<String> keyId(String refreshToken) throws InterruptedException {
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
            String seller = tokens.keyId(token).filter(id -> id.startsWith(KEY_ID)).map(id -> id.substring(KEY_ID.length()))
                    .orElseThrow(() -> Refusal.of(403, "The access token you provided has expired."));
            if (named != null && !named.equals(seller)) {
                throw Refusal.of(403, "The access token you provided is not for the seller in X-Seller-Id.");
            }
            return seller;
        }
        if (named == null || named.isBlank()) {
            throw Refusal.of(400, "Name the seller in the header X-Seller-Id.");
        }
        return named;
    }
}
