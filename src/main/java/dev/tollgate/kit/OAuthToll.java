package dev.tollgate.kit;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.oauth.AccessToken;
import dev.tollgate.oauth.ClientTokens;
import dev.tollgate.oauth.OAuthClients;
import dev.tollgate.oauth.TokenResult;

import org.apache.camel.Exchange;

import org.springframework.core.env.Environment;

/** The words of {@code toll-oauth}: authorize, judge. */
public final class OAuthToll extends Toll {

    /** One call on its way. */
    private static final class Run {

        private final Request request;
        private AccessToken token;
        private boolean again = true;
        private boolean replaced;

        Run(Request request) {
            this.request = request;
        }
    }

    private final OAuthClients clients;
    private final Environment settings;
    private URI endpoint;
    private String header;
    private String scheme;
    private Duration timeout;
    private Map<String, String> fixed;
    private Map<String, NamedSecret> secrets;

    public OAuthToll(OAuthClients clients, Environment settings) {
        this.clients = clients;
        this.settings = settings;
    }

    @Override
    void read(Given given) {
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

    private NamedSecret secret(Given given, String property) {
        return given.require(given.text(property).matches("[\\w.-]+"), property,
                "the name of an environment variable, never the secret itself", new NamedSecret(settings, given.text(property)));
    }

    /** Remembers the request, which is sent once more when the upstream does not take the token. */
    public void begin(Exchange exchange) {
        exchange.setProperty(property(), new Run(Request.of(exchange)));
    }

    public boolean isAgain(Exchange exchange) {
        return run(exchange).again;
    }

    /** Puts a fresh token on the request. @throws Refusal 503 when there is none, naming a setting that is missing */
    public void authorize(Exchange exchange) {
        Run run = run(exchange);
        run.again = false;
        run.request.restore(exchange);
        TokenResult result = tokens().fresh();
        if (result instanceof TokenResult.Fresh fresh) {
            run.token = fresh.token();
            exchange.getMessage().setHeader(header, scheme.isEmpty() ? run.token.value() : scheme + " " + run.token.value());
        } else if (result instanceof TokenResult.Unavailable unavailable) {
            throw Refusal.until(503, "No access token for " + name() + ": " + unavailable.reason() + ".", unavailable.retryAfter());
        } else {
            throw Refusal.of(503, "No access token for " + name() + ".");
        }
    }

    /** A token that the upstream does not take is replaced once, if a newer one can be had; else the 401 passes on. */
    public void judge(Exchange exchange) {
        Run run = run(exchange);
        if (Reply.status(exchange) == 401 && !run.replaced) {
            run.replaced = true;
            run.again = tokens().replace(run.token) instanceof TokenResult.Fresh fresh
                    && !fresh.token().value().equals(run.token.value());
        }
    }

    private ClientTokens tokens() {
        Map<String, String> form = new LinkedHashMap<>(fixed);
        secrets.forEach((field, secret) -> form.put(field, secret.value("credential")));
        return clients.client(name(), endpoint, form, timeout);
    }

    private Run run(Exchange exchange) {
        return exchange.getProperty(property(), Run.class);
    }
}
