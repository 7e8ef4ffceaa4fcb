package dev.tollgate.spapi.sellers;

import dev.tollgate.gateway.keys.TokenOfKey;
import dev.tollgate.logging.Redactor;
import dev.tollgate.secret.SecretCipher;
import dev.tollgate.secret.SecretUnreadableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's own token endpoint, {@code POST /auth/o2/token}, so that official SDK clients run unchanged: they send a
 * gateway key as their refresh token and get a gateway token of short life. A token is an encrypted value that names its
 * key, so every node that has the master key reads it and none has to remember it; who uses one must check that the key
 * still stands. Answers have the shape of Login with Amazon's, but never repeat the key.
 */
public final class GatewayTokens {

    /** What the tokens are encrypted for; part of every token's check. */
    static final String PURPOSE = "gateway access token";

    /** Begins every token; a text that begins so is none of Amazon's. */
    public static final String PREFIX = TokenOfKey.PREFIX;

    private static final Logger log = LoggerFactory.getLogger(GatewayTokens.class);
    private static final String KEY_PREFIX = "tg_";
    private static final Duration KEY_REMEMBERED = Duration.ofDays(1);
    private static final int KEY_ID_CHARACTERS = 8;

    /** An answer of the token endpoint; send it with {@code Cache-Control: no-store}. */
    public record Answer(int status, Map<String, Object> body) {

        /** Without the token. */
        @Override
        public String toString() {
            return "token answer " + status;
        }
    }

    private final SecretCipher cipher;
    private final Duration life;
    private final Clock clock;

    /** @param cipher made for {@value #PURPOSE} */
    GatewayTokens(SecretCipher cipher, Duration life, Clock clock) {
        this.cipher = cipher;
        this.life = life;
        this.clock = clock;
    }

    /**
     * Answers a token request.
     *
     * @param contentType of the request; a form, or JSON, which Amazon's Java SDK sends
     * @param keyIds      the id of a gateway key; empty for a key that is unknown or may not use this API
     */
    public Answer issue(String contentType, String body, Function<String, Optional<String>> keyIds) {
        Map<String, String> request = GatewayTokenRequest.parse(contentType, body);
        String grantType = request.getOrDefault("grant_type", "");
        String key = request.getOrDefault("refresh_token", "");
        if (grantType.isBlank()) {
            return error("invalid_request", "The request is missing a required parameter : grant_type");
        }
        if (!grantType.equals("refresh_token")) {
            return error("unsupported_grant_type", "The authorization grant type is not supported by the authorization server");
        }
        if (key.isBlank()) {
            return error("invalid_request", "The request is missing a required parameter : refresh_token");
        }
        return keyIds.apply(key).map(keyId -> granted(keyId, key))
                .orElseGet(() -> error("invalid_grant", "The request has an invalid grant parameter : refresh_token"));
    }

    /** @param key now verified, and so a secret; what was refused may be any word */
    private Answer granted(String keyId, String key) {
        Instant now = clock.instant();
        if (key.startsWith(KEY_PREFIX)) {
            Redactor.register(key, now.plus(KEY_REMEMBERED));
        }
        long until = now.plus(life).getEpochSecond();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("access_token", token(keyId, until));
        body.put("token_type", "bearer");
        body.put("expires_in", Duration.between(now, Instant.ofEpochSecond(until)).toSeconds());
        return new Answer(200, body);
    }

    private static Answer error(String code, String description) {
        return new Answer(400, new LinkedHashMap<>(Map.of("error", code, "error_description", description)));
    }

    private String token(String keyId, long until) {
        String[] parts = cipher.encrypt(until + " " + keyId).split(":");
        String token = PREFIX + parts[1] + parts[2];
        Redactor.register(token, Instant.ofEpochSecond(until));
        return token;
    }

    /** The id of the key that a token was issued for; empty when it has ended, was not issued here, or was changed. */
    public Optional<String> keyId(String token) {
        if (token == null || !token.startsWith(PREFIX) || token.length() <= PREFIX.length() + KEY_ID_CHARACTERS) {
            return Optional.empty();
        }
        int split = PREFIX.length() + KEY_ID_CHARACTERS;
        String stored = "tg1:" + token.substring(PREFIX.length(), split) + ":" + token.substring(split);
        if (!cipher.isEncrypted(stored)) {
            return Optional.empty();
        }
        try {
            String[] parts = cipher.decrypt(stored).split(" ", 2);
            boolean lives = clock.instant().isBefore(Instant.ofEpochSecond(Long.parseLong(parts[0])));
            return lives ? Optional.of(parts[1]) : Optional.empty();
        } catch (SecretUnreadableException e) {
            log.debug("A gateway token was not issued here", e);
            return Optional.empty();
        }
    }
}
