package dev.tollgate.spapi;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.kit.CallTokens;
import dev.tollgate.oauth.AccessToken;
import dev.tollgate.oauth.TokenResult;
import dev.tollgate.spapi.sellers.AccessTokens;
import dev.tollgate.spapi.sellers.SpApiProperties;

/** The access tokens of calls: of the seller whose consent is stored, of the application itself, or for restricted data. */
@Component("sellerTokens")
public class SellerTokens implements CallTokens {

    private final SpApiProperties properties;
    private final AccessTokens stored;

    SellerTokens(SpApiProperties properties, AccessTokens stored) {
        this.properties = properties;
        this.stored = stored;
    }

    /** Begins to renew every token that is due; waits for none. Without the application's credential there is nothing to renew with. */
    public void renew() {
        if (properties.missingForTokens().isEmpty()) {
            stored.renewDue();
        }
    }

    @Override
    public CompletionStage<AccessToken> fresh(Exchange call) {
        TokenResult result = SpApiCall.of(call).tokens().token();
        if (result instanceof TokenResult.Fresh fresh) {
            return CompletableFuture.completedStage(fresh.token());
        }
        throw withoutToken(result);
    }

    @Override
    public boolean isRefused(Exchange reply) {
        int status = reply.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, int.class);
        byte[] body = status < 400 ? null : reply.getMessage().getBody(byte[].class);
        return body != null && SpApiError.isTokenRefused(status, new String(body, StandardCharsets.UTF_8));
    }

    @Override
    public CompletionStage<AccessToken> replaced(Exchange call, AccessToken failed) {
        return CompletableFuture.completedStage(
                SpApiCall.of(call).tokens().replace(failed) instanceof TokenResult.Fresh fresh ? fresh.token() : failed);
    }

    static Refusal withoutToken(TokenResult result) {
        if (result instanceof TokenResult.Unavailable unavailable) {
            return Refusal.until(503, unavailable.reason() + ".", unavailable.retryAfter());
        }
        return result instanceof TokenResult.ReconnectNeeded
                ? Refusal.of(403, "Amazon no longer takes this seller's consent: the seller must open /connect again.")
                : notConnected();
    }

    static Refusal notConnected() {
        return Refusal.of(403, "This seller is not connected: the seller must open /connect.");
    }
}
