package dev.tollgate.spapi.sellers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import dev.tollgate.oauth.ClientTokens;
import dev.tollgate.oauth.OAuthClients;
import dev.tollgate.oauth.TokenResult;

/**
 * The application's own access tokens, for the operations that need no seller's consent: one for each of Amazon's scopes.
 *
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/grantless-operations">Amazon: Grantless Operations</a>
 */
public final class GrantlessTokens {

    /** Makes a new secret for the application, and ends the old one. */
    public static final String ROTATION = "sellingpartnerapi::client_credential:rotation";

    /** Those that Amazon knows. */
    public static final List<String> SCOPES = List.of("sellingpartnerapi::notifications", "sellingpartnerapi::migration", ROTATION);

    private final OAuthClients clients;
    private final SpApiProperties properties;

    GrantlessTokens(OAuthClients clients, SpApiProperties properties) {
        this.clients = clients;
        this.properties = properties;
    }

    /** @param scope one of {@link #SCOPES} */
    public TokenSource of(String scope) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "client_credentials");
        form.put("scope", scope);
        form.put("client_id", properties.clientId());
        form.put("client_secret", properties.clientSecret());
        ClientTokens tokens = clients.client(scope, properties.lwaUrl(), form, properties.tokenTimeout());
        return new TokenSource(() -> answered(tokens.whenFresh()), failed -> answered(tokens.whenReplaced(failed)));
    }

    /** A token request ends by itself, within twice {@code tollgate.sp-api.token-timeout}. */
    private static TokenResult answered(CompletionStage<TokenResult> stage) {
        return stage.toCompletableFuture().join();
    }
}
