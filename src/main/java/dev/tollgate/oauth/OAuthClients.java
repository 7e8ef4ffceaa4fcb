package dev.tollgate.oauth;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.hc.client5.http.classic.HttpClient;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Clients of token endpoints by name, for route files that bring their own. Tokens are kept in memory only. */
@Component("oauthClients")
public class OAuthClients {

    private record Known(URI endpoint, Map<String, String> form, Duration timeout, ClientTokens tokens) {

        boolean is(URI otherEndpoint, Map<String, String> otherForm, Duration otherTimeout) {
            return endpoint.equals(otherEndpoint) && form.equals(otherForm) && timeout.equals(otherTimeout);
        }
    }

    private final HttpClient tokenClient;
    private final TokenThreads threads;
    private final String userAgent;
    private final Clock clock;
    /** Bound: names that stand in route files. */
    private final Map<String, Known> clients = new ConcurrentHashMap<>();

    OAuthClients(HttpClient tokenClient, TokenThreads threads,
            @Value("${tollgate.sp-api.user-agent:Tollgate/0.1 (Language=Java)}") String userAgent, Clock clock) {
        this.tokenClient = tokenClient;
        this.threads = threads;
        this.userAgent = userAgent;
        this.clock = clock;
    }

    /**
     * The client of that name; a new one, without tokens, when anything about it has changed.
     *
     * @param form what is posted, the client's credentials among it
     * @param timeout for one token request as a whole
     */
    public ClientTokens client(String name, URI endpoint, Map<String, String> form, Duration timeout) {
        return clients.compute(name, (same, known) -> known != null && known.is(endpoint, form, timeout) ? known
                : new Known(endpoint, form, timeout, new ClientTokens(
                        new HttpTokenEndpoint(tokenClient, endpoint, timeout, userAgent), form, clock, threads.requests(),
                        timeout.multipliedBy(2)))).tokens();
    }

    /** For {@code /status}: when each token ends, null without one, and how many were asked for. */
    public Map<String, Object> snapshot() {
        Map<String, Object> all = new TreeMap<>();
        clients.forEach((name, known) -> all.put(name, known.tokens().snapshot()));
        return all;
    }
}
