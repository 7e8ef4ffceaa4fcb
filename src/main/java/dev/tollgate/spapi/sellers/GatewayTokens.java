package dev.tollgate.spapi.sellers;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.gateway.keys.TokenOfKey;
import dev.tollgate.logging.Redactor;
import dev.tollgate.secret.SecretCipher;
import dev.tollgate.secret.SecretUnreadableException;

/**
 * The gateway's own token endpoint, {@code POST /auth/o2/token}, so that official SDK clients run unchanged: they send a
 * gateway key as their refresh token, or for an operation that needs no seller's consent as their client secret, and get a
 * gateway token of short life. A token is an encrypted value that names its key, so every node that has the master key reads it and none has to remember it; who uses one must check that the key
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
    private static final int LONGEST_RESTRICTED = 4096;
    private static final String INVALID_GRANT = "invalid_grant";
    private static final String INVALID_CLIENT = "invalid_client";
    private static final String SCOPE = "scope";
    private static final String DATA = "data";

    /**
     * Restricted data that a token opens: Amazon's own token for it, which Amazon holds to its resources.
     *
     * @param seller whose data
     * @param region where
     * @param token  of Amazon's, of at most {@value #LONGEST_RESTRICTED} characters
     */
    public record RestrictedData(String seller, Region region, String token) {

        /** Without the token. */
        @Override
        public String toString() {
            return "restricted data of seller " + seller;
        }
    }

    /**
     * What a token stands for.
     *
     * @param keyId whom it was issued to
     * @param scope of Amazon's for an operation that needs no seller's consent; null: none
     * @param data  restricted data; null: none
     * @param until when it ends
     */
    public record Issued(String keyId, @Nullable String scope, @Nullable RestrictedData data, Instant until) {
    }

    /** Whom tokens are issued to, by what they present. */
    public interface Holders {

        /** For a seller: by a refresh token; empty for one that is unknown or may not use this API. */
        Optional<String> ofRefreshToken(String refreshToken);

        /** For a scope: by a client's secret. */
        Optional<String> ofClientSecret(String clientSecret);
    }

    /** An answer of the token endpoint; send it with {@code Cache-Control: no-store}. */
    public record Answer(int status, Map<String, Object> body) {

        /** Whether a key was looked at and found wrong; no other error tells anything of one. */
        public boolean refusesKey() {
            return INVALID_GRANT.equals(body.get("error")) || INVALID_CLIENT.equals(body.get("error"));
        }

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
     */
    public Answer issue(@Nullable String contentType, @Nullable String body, Holders holders) {
        Map<String, String> request = GatewayTokenRequest.parse(contentType, body);
        return switch (request.getOrDefault("grant_type", "").strip()) {
            case "" -> missing("grant_type");
            case "refresh_token" -> refreshed(request.getOrDefault("refresh_token", ""), holders);
            case "client_credentials" -> grantless(request.getOrDefault("scope", "").strip(), request.getOrDefault("client_secret", ""), holders);
            default -> error(400, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server");
        };
    }

    private Answer refreshed(String key, Holders holders) {
        if (key.isBlank()) {
            return missing("refresh_token");
        }
        return holders.ofRefreshToken(key).map(keyId -> granted(keyId, null, key))
                .orElseGet(() -> error(400, INVALID_GRANT, "The request has an invalid grant parameter : refresh_token"));
    }

    private Answer grantless(String scope, String key, Holders holders) {
        if (scope.isEmpty() || key.isBlank()) {
            return missing(scope.isEmpty() ? "scope" : "client_secret");
        }
        if (!GrantlessTokens.SCOPES.contains(scope)) {
            return error(400, "invalid_scope", "The request has an invalid scope. Amazon's are " + String.join(", ", GrantlessTokens.SCOPES));
        }
        return holders.ofClientSecret(key).map(keyId -> granted(keyId, scope, key)).orElseGet(() -> error(401, INVALID_CLIENT,
                "Client authentication failed. The gateway key goes into client_secret"));
    }

    private static Answer missing(String parameter) {
        return error(400, "invalid_request", "The request is missing a required parameter : " + parameter);
    }

    /** @param key now verified, and so a secret; what was refused may be any word */
    private Answer granted(String keyId, @Nullable String scope, String key) {
        Instant now = clock.instant();
        if (key.startsWith(KEY_PREFIX)) {
            Redactor.register(key, now.plus(KEY_REMEMBERED));
        }
        long until = now.plus(life).getEpochSecond();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("access_token", scope == null ? token(until, keyId) : token(until, keyId, SCOPE, scope));
        body.put("token_type", "bearer");
        body.put("expires_in", Duration.between(now, Instant.ofEpochSecond(until)).toSeconds());
        return new Answer(200, body);
    }

    private static Answer error(int status, String code, String description) {
        return new Answer(status, new LinkedHashMap<>(Map.of("error", code, "error_description", description)));
    }

    /**
     * A token that stands for Amazon's own for restricted data, and ends with it.
     *
     * @throws IllegalArgumentException for one that is longer than Amazon makes them, or that has a space in it
     */
    public String forRestrictedData(String keyId, RestrictedData data, Instant until) {
        if (data.token().length() > LONGEST_RESTRICTED || data.token().indexOf(' ') >= 0) {
            throw new IllegalArgumentException("A Restricted Data Token of " + data.token().length() + " characters is none of Amazon's");
        }
        return token(until.getEpochSecond(), keyId, DATA, data.seller(), data.region().name(), data.token());
    }

    private String token(long until, String... what) {
        String[] parts = cipher.encrypt(until + " " + String.join(" ", what)).split(":");
        String token = PREFIX + parts[1] + parts[2];
        Redactor.register(token, Instant.ofEpochSecond(until));
        return token;
    }

    /** What a token stands for; empty when it has ended, was not issued here, or was changed. */
    public Optional<Issued> read(@Nullable String token) {
        return opened(token).filter(issued -> clock.instant().isBefore(issued.until()));
    }

    /** Whether a token was issued here, and has ended. */
    public boolean hasEnded(@Nullable String token) {
        return opened(token).filter(issued -> !clock.instant().isBefore(issued.until())).isPresent();
    }

    private Optional<Issued> opened(@Nullable String token) {
        if (token == null || !token.startsWith(PREFIX) || token.length() <= PREFIX.length() + KEY_ID_CHARACTERS) {
            return Optional.empty();
        }
        int split = PREFIX.length() + KEY_ID_CHARACTERS;
        String stored = "tg1:" + token.substring(PREFIX.length(), split) + ":" + token.substring(split);
        if (!cipher.isEncrypted(stored)) {
            return Optional.empty();
        }
        try {
            return Optional.of(issued(cipher.decrypt(stored).split(" ")));
        } catch (SecretUnreadableException e) {
            log.debug("A gateway token was not issued here", e);
            return Optional.empty();
        }
    }

    private static Issued issued(String[] parts) {
        String kind = parts.length > 2 ? parts[2] : "";
        return new Issued(parts[1], kind.equals(SCOPE) ? parts[3] : null,
                kind.equals(DATA) ? new RestrictedData(parts[3], Region.valueOf(parts[4]), parts[5]) : null,
                Instant.ofEpochSecond(Long.parseLong(parts[0])));
    }
}
