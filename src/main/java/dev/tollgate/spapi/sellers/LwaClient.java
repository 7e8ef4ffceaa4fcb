package dev.tollgate.spapi.sellers;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.tollgate.logging.Redactor;
import dev.tollgate.oauth.LwaAnswer;
import dev.tollgate.oauth.TokenEndpoint;

/** Asks Login with Amazon for tokens, in the name of one application. One call is one request. */
final class LwaClient {

    private final TokenEndpoint endpoint;
    private final String clientId;
    private final String clientSecret;
    private final Clock clock;

    LwaClient(TokenEndpoint endpoint, String clientId, String clientSecret, Clock clock) {
        this.endpoint = endpoint;
        this.clientId = clientId;
        this.clientSecret = clientSecret;
        this.clock = clock;
        Redactor.register(clientSecret);
    }

    String clientId() {
        return clientId;
    }

    /** A new access token for a refresh token. */
    LwaAnswer refresh(String refreshToken) {
        return ask(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
    }

    /**
     * The tokens behind a consent. A code lives five minutes and is good for one exchange.
     *
     * @param redirectUri the one that the consent was asked with; empty when none was
     */
    LwaAnswer exchange(String code, String redirectUri) {
        Map<String, String> form = new LinkedHashMap<>(Map.of("grant_type", "authorization_code", "code", code));
        if (!redirectUri.isEmpty()) {
            form.put("redirect_uri", redirectUri);
        }
        return ask(form);
    }

    private LwaAnswer ask(Map<String, String> what) {
        Map<String, String> form = new LinkedHashMap<>(what);
        form.put("client_id", clientId);
        form.put("client_secret", clientSecret);
        return LwaAnswer.of(endpoint, form, clock);
    }
}
