package dev.tollgate.kit;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.oauth.AccessToken;
import dev.tollgate.oauth.ClientTokens;
import dev.tollgate.oauth.TokenResult;

/**
 * {@code oauth-token-action}: puts a fresh access token on a call. A token that the upstream does not take is replaced once,
 * if a newer one can be had; else its answer passes on.
 */
public final class OAuthTokenPolicy extends KitPolicy {

    private String header;
    private String scheme;
    private CallTokens tokens;

    public OAuthTokenPolicy(Kit kit) {
        super(kit);
    }

    @Override
    void read(KameletParameters given) {
        header = given.text("header");
        scheme = given.text("scheme");
        tokens = given.text("tokens").isEmpty() ? new OwnClient(given) : null;
    }

    @Override
    void read(KameletParameters given, CamelContext context) {
        tokens = tokens == null ? given.bean("tokens", CallTokens.class, context) : tokens;
    }

    @Override
    CompletionStage<Passage> enter(Exchange exchange) {
        Request request = Request.of(exchange); // sent once more when the upstream does not take the token
        return tokens.fresh(exchange).thenApply(token -> new Run(request, put(exchange, token)));
    }

    private AccessToken put(Exchange exchange, AccessToken token) {
        exchange.getMessage().setHeader(header, scheme.isEmpty() ? token.value() : scheme + " " + token.value());
        return token;
    }

    /** One call on its way. */
    private final class Run implements Passage {

        private final Request request;
        private final AccessToken token;
        private boolean open = true;
        private boolean replaced;

        Run(Request request, AccessToken token) {
            this.request = request;
            this.token = token;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public Optional<CompletionStage<Passage>> ended(Exchange exchange) {
            if (replaced || exchange.getException() != null || !tokens.isRefused(exchange)) {
                return Optional.empty();
            }
            replaced = true;
            return Optional.of(tokens.replaced(exchange, token).thenApply(other -> {
                open = !other.value().equals(token.value());
                if (open) {
                    request.restore(exchange);
                    put(exchange, other);
                }
                return this;
            }));
        }
    }

    /** The tokens of one client, whose id and secret are settings. */
    private final class OwnClient implements CallTokens {

        private final URI endpoint;
        private final Duration timeout;
        private final Map<String, String> fixed = new LinkedHashMap<>();
        private final Map<String, NamedSecret> secrets = new LinkedHashMap<>();

        OwnClient(KameletParameters given) {
            given.require(given.text("tokenUrl").matches("https?://[^/?#\\s]+[^#\\s]*"), "tokenUrl", "an address of http:// or https://", "");
            endpoint = URI.create(given.text("tokenUrl"));
            timeout = given.duration("tokenTimeout");
            boolean refreshes = given.oneOf("grant", "client_credentials", "refresh_token").equals("refresh_token");
            given.require(!refreshes || !given.text("refreshToken").isEmpty(), "refreshToken",
                    "the name of the environment variable that holds it, for the grant refresh_token", "");
            fixed.put("grant_type", given.text("grant"));
            if (!given.text("scope").isEmpty()) {
                fixed.put("scope", given.text("scope"));
            }
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

        /** @throws Refusal 503 when a setting is missing, which it names */
        private ClientTokens client() {
            Map<String, String> form = new LinkedHashMap<>(fixed);
            secrets.forEach((field, secret) -> form.put(field, secret.value("credential")));
            return kit.clients().client(name(), endpoint, form, timeout);
        }

        @Override
        public CompletionStage<AccessToken> fresh(Exchange call) {
            return client().whenFresh().thenApply(this::token);
        }

        private AccessToken token(TokenResult result) {
            if (result instanceof TokenResult.Fresh fresh) {
                return fresh.token();
            }
            String none = "No access token for " + name();
            throw result instanceof TokenResult.Unavailable unavailable
                    ? Refusal.until(503, none + ": " + unavailable.reason() + ".", unavailable.retryAfter()) : Refusal.of(503, none + ".");
        }

        @Override
        public boolean isRefused(Exchange reply) {
            return Reply.status(reply) == 401;
        }

        @Override
        public CompletionStage<AccessToken> replaced(Exchange call, AccessToken failed) {
            return client().whenReplaced(failed).thenApply(result -> result instanceof TokenResult.Fresh fresh ? fresh.token() : failed);
        }
    }
}
