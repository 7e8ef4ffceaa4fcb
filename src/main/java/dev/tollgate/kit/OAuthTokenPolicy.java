package dev.tollgate.kit;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.oauth.AccessToken;
import dev.tollgate.oauth.ClientTokens;
import dev.tollgate.oauth.TokenResult;

import org.apache.camel.Exchange;

/**
 * {@code oauth-token-action}: puts a fresh access token on a call. A token that the upstream does not take is replaced once,
 * if a newer one can be had; else the 401 passes on.
 */
public final class OAuthTokenPolicy extends KitPolicy {

    private final Kit kit;
    private URI endpoint;
    private String header;
    private String scheme;
    private Duration timeout;
    private Map<String, String> fixed;
    private Map<String, NamedSecret> secrets;

    public OAuthTokenPolicy(Kit kit) {
        super(kit);
        this.kit = kit;
    }

    @Override
    void read(KameletParameters given) {
        given.require(given.text("tokenUrl").matches("https?://[^/?#\\s]+[^#\\s]*"), "tokenUrl", "an address of http:// or https://", "");
        endpoint = URI.create(given.text("tokenUrl"));
        header = given.text("header");
        scheme = given.text("scheme");
        timeout = given.duration("tokenTimeout");
        boolean refreshes = given.oneOf("grant", "client_credentials", "refresh_token").equals("refresh_token");
        given.require(!refreshes || !given.text("refreshToken").isEmpty(), "refreshToken",
                "the name of the environment variable that holds it, for the grant refresh_token", "");
        fixed = new LinkedHashMap<>();
        fixed.put("grant_type", given.text("grant"));
        if (!given.text("scope").isEmpty()) {
            fixed.put("scope", given.text("scope"));
        }
        secrets = new LinkedHashMap<>();
        secrets.put("client_id", secret(given, "clientId"));
        secrets.put("client_secret", secret(given, "clientSecret"));
        if (refreshes) {
            secrets.put("refresh_token", secret(given, "refreshToken"));
        }
    }

    private NamedSecret secret(KameletParameters given, String property) {
        return given.require(given.text(property).matches("[\\w.-]+"), property,
                "the name of an environment variable, never the secret itself", new NamedSecret(kit.settings(), given.text(property)));
    }

    /** Completes exceptionally with a {@link Refusal} 503 when there is no token, naming a setting that is missing. */
    @Override
    CompletionStage<Passage> enter(Exchange exchange) {
        Request request = Request.of(exchange); // sent once more when the upstream does not take the token
        ClientTokens tokens = tokens();
        return tokens.whenFresh().thenApply(result -> new Run(request, tokens, put(exchange, result)));
    }

    /** @return the token that is on the request now */
    private AccessToken put(Exchange exchange, TokenResult result) {
        if (result instanceof TokenResult.Fresh fresh) {
            String value = fresh.token().value();
            exchange.getMessage().setHeader(header, scheme.isEmpty() ? value : scheme + " " + value);
            return fresh.token();
        }
        String none = "No access token for " + name();
        throw result instanceof TokenResult.Unavailable unavailable
                ? Refusal.until(503, none + ": " + unavailable.reason() + ".", unavailable.retryAfter()) : Refusal.of(503, none + ".");
    }

    private ClientTokens tokens() {
        Map<String, String> form = new LinkedHashMap<>(fixed);
        secrets.forEach((field, secret) -> form.put(field, secret.value("credential")));
        return kit.clients().client(name(), endpoint, form, timeout);
    }

    /** One call on its way. */
    private final class Run implements Passage {

        private final Request request;
        private final ClientTokens tokens;
        private final AccessToken token;
        private boolean open = true;
        private boolean replaced;

        Run(Request request, ClientTokens tokens, AccessToken token) {
            this.request = request;
            this.tokens = tokens;
            this.token = token;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public Optional<CompletionStage<Passage>> ended(Exchange exchange) {
            if (replaced || exchange.getException() != null || Reply.status(exchange) != 401) {
                return Optional.empty();
            }
            replaced = true;
            return Optional.of(tokens.whenReplaced(token).thenApply(result -> {
                open = result instanceof TokenResult.Fresh fresh && !fresh.token().value().equals(token.value());
                if (open) {
                    request.restore(exchange);
                    put(exchange, result);
                }
                return this;
            }));
        }
    }
}
