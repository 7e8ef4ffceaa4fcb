package dev.tollgate.sandbox;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import org.jspecify.annotations.Nullable;

import dev.tollgate.sandbox.SpApiSimulator.Reply;

/**
 * Login with Amazon's token endpoint. A refresh token names its seller and its consent, so that those of an earlier run
 * still work after a restart; access tokens end with the run. All tokens are made up and worth nothing.
 */
final class SandboxTokens {

    private static final Duration CODE_LIFE = Duration.ofMinutes(5);
    private static final String REFRESH = "Atzr|sandbox.";
    private static final String BAD_GRANT = "The request has an invalid grant parameter : ";

    private record Code(String seller, String redirectUri, Instant until) {
    }

    /**
     * Whose access token, and until when.
     *
     * @param restricted the paths of restricted data that it opens, and then nothing else; empty for a seller's own token
     */
    record Access(String seller, Instant until, List<String> restricted) {

        boolean endedAt(Instant now) {
            return !now.isBefore(until);
        }
    }

    private final Clock clock;
    /** Bound: consents of the last five minutes; the sandbox serves its own machine only. */
    private final Map<String, Code> codes = new HashMap<>();
    /** Bound: tokens of the last two lives; the sandbox serves its own machine only. */
    private final Map<String, Access> access = new HashMap<>();
    /** Bound: sellers that a tester has revoked by hand. */
    private final Set<String> revoked = new HashSet<>();
    /** Refresh tokens given out after their seller's revocation. Bound: consents after such a revocation. */
    private final Set<String> sinceRevoked = new HashSet<>();
    private Duration life = Duration.ofHours(1);
    private int failStatus;
    private int failTimes;
    private boolean secretRefused;
    private long calls;

    SandboxTokens(Clock clock) {
        this.clock = clock;
    }

    synchronized void control(String what, String value) {
        switch (what) {
            case "revoke" -> revoke(value);
            case "expires_in" -> life = Duration.ofSeconds(Long.parseLong(value));
            case "expire" -> access.replaceAll((token, old) -> new Access(old.seller(), Instant.MIN, old.restricted()));
            case "fail" -> {
                failStatus = Integer.parseInt(value.split(",")[0]);
                failTimes = Integer.parseInt(value.split(",")[1]);
            }
            case "secret" -> secretRefused = value.equals("refused");
            default -> throw new IllegalArgumentException("The sandbox has no such control: " + what);
        }
    }

    /** The seller takes every consent given so far back. */
    private void revoke(String seller) {
        revoked.add(seller);
        sinceRevoked.removeIf(token -> token.startsWith(REFRESH + seller + "."));
        access.values().removeIf(one -> one.seller().equals(seller));
    }

    /** A new consent; after a revocation it comes with another refresh token. */
    synchronized String code(String seller, String redirectUri) {
        String code = "SANDBOX" + UUID.randomUUID().toString().replace("-", "");
        codes.values().removeIf(old -> !clock.instant().isBefore(old.until()));
        codes.put(code, new Code(seller, redirectUri, clock.instant().plus(CODE_LIFE)));
        return code;
    }

    synchronized long calls() {
        return calls;
    }

    /** Null for a token that is not of this run, or revoked. */
    synchronized @Nullable Access access(String token) {
        return access.get(token);
    }

    /** A token for a seller's restricted data. */
    synchronized String restricted(String seller, List<String> paths) {
        return given("Atz.sprdt|sandbox.", new Access(seller, clock.instant().plus(life), paths));
    }

    synchronized long lifeSeconds() {
        return life.toSeconds();
    }

    private String given(String prefix, Access what) {
        access.values().removeIf(one -> one.until().isBefore(clock.instant().minus(life)));
        String token = prefix + UUID.randomUUID();
        access.put(token, what);
        return token;
    }

    synchronized Reply answer(String contentType, String body) {
        calls++;
        if (failTimes > 0) {
            failTimes--;
            return failStatus == 503 ? error(503, "temporarily_unavailable", "The service is temporarily unavailable")
                    : error(failStatus, "server_error", "The server encountered a runtime error");
        }
        Map<String, String> request = parse(contentType, body);
        if (secretRefused || !SpApiSimulator.CLIENT_ID.equals(request.get("client_id"))
                || !SpApiSimulator.CLIENT_SECRET.equals(request.get("client_secret"))) {
            return error(401, "invalid_client", "Client authentication failed");
        }
        return switch (request.getOrDefault("grant_type", "")) {
            case "authorization_code" -> exchange(request);
            case "refresh_token" -> refresh(request.getOrDefault("refresh_token", ""));
            case "client_credentials" -> request.getOrDefault("scope", "").startsWith("sellingpartnerapi::")
                    ? granted("", null) : error(400, "invalid_scope", "The request has an invalid scope");
            case "" -> error(400, "invalid_request", "The request is missing a required parameter : grant_type");
            default -> error(400, "unsupported_grant_type",
                    "The authorization grant type is not supported by the authorization server");
        };
    }

    private Reply exchange(Map<String, String> request) {
        Code code = codes.remove(request.getOrDefault("code", ""));
        if (code == null || !clock.instant().isBefore(code.until())) {
            return error(400, "invalid_grant", BAD_GRANT + "code");
        }
        if (!code.redirectUri().equals(request.getOrDefault("redirect_uri", ""))) {
            return error(400, "invalid_grant", BAD_GRANT + "redirect_uri");
        }
        return granted(code.seller(), REFRESH + code.seller() + "." + UUID.randomUUID().toString().replace("-", ""));
    }

    private Reply refresh(String token) {
        String[] parts = token.startsWith(REFRESH) ? token.substring(REFRESH.length()).split("\\.", 2) : new String[0];
        if (parts.length != 2 || (revoked.contains(parts[0]) && !sinceRevoked.contains(token))) {
            return error(400, "invalid_grant",
                    BAD_GRANT + "refresh_token. User may have revoked or didn't grant the permission.");
        }
        return granted(parts[0], token);
    }

    private Reply granted(String seller, @Nullable String refreshToken) {
        if (refreshToken != null && revoked.contains(seller)) {
            sinceRevoked.add(refreshToken);
        }
        String token = given("Atza|sandbox.", new Access(seller, clock.instant().plus(life), List.of()));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("access_token", token);
        body.put("token_type", "bearer");
        body.put("expires_in", life.toSeconds());
        if (refreshToken != null) {
            body.put("refresh_token", refreshToken);
        }
        Reply reply = Reply.json(200, body);
        reply.headers().put("Cache-Control", "no-store");
        return reply;
    }

    private static Map<String, String> parse(String contentType, String body) {
        if (!contentType.contains("json")) {
            return SpApiSimulator.form(body);
        }
        try {
            return SpApiSimulator.JSON.readValue(body, new TypeReference<LinkedHashMap<String, String>>() { });
        } catch (JsonProcessingException e) {
            return Map.of(); // then the credentials are missing, and that is what the caller is told
        }
    }

    private static Reply error(int status, String code, String description) {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("error", code);
        body.put("error_description", description);
        body.put("request_id", UUID.randomUUID().toString());
        return Reply.json(status, body);
    }
}
