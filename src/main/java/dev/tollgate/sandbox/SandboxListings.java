package dev.tollgate.sandbox;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.tollgate.sandbox.SpApiSimulator.Reply;

/**
 * getListingsRestrictions: a token bucket of 10 that refills by 5 a second for each seller, and verdicts that follow from
 * the ASIN's last character: 0 needs approval, 1 is not eligible, 2 is not found, anything else may be listed;
 * {@code BAD_ASIN} is a bad request.
 *
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/listings-restrictions-api-rate-limits">Amazon: Listings
 *      Restrictions API Rate Limits</a>
 */
final class SandboxListings {

    private static final long CALL = 200_000_000L;
    private static final long FULL = 10 * CALL;
    private static final String DENIED = "Access to requested resource is denied.";

    /** What a seller has left, in nanoseconds of refilling. */
    private record Level(long nanos, Instant at) {

        Level refilled(Instant now) {
            long more = Math.max(0, Duration.between(at, now).toNanos());
            return new Level(Math.min(FULL, nanos + more), now);
        }
    }

    private final SandboxTokens tokens;
    private final Clock clock;
    /** Bound: the catalogue that is built in. */
    private final Map<String, Level> levels = new HashMap<>();
    private long throttled;
    private long forbidden;

    SandboxListings(SandboxTokens tokens, Clock clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    synchronized long throttled() {
        return throttled;
    }

    synchronized long forbidden() {
        return forbidden;
    }

    synchronized Reply answer(Map<String, String> query, Map<String, String> headers, String body) {
        if (headers.containsKey("Content-Length") || !body.isEmpty()) {
            return error(400, "BadRequest", "A GET request must have no body and no Content-Length.", "");
        }
        String token = headers.get("x-amz-access-token");
        SandboxTokens.Access access = token == null ? null : tokens.access(token);
        if (access == null || !access.restricted().isEmpty() || !access.seller().equals(query.getOrDefault("sellerId", access.seller()))) {
            return denied(token == null ? "Access token is missing in the request header."
                    : "The access token you provided is revoked, malformed or invalid.");
        }
        if (!clock.instant().isBefore(access.until())) {
            return denied("The access token you provided has expired.");
        }
        Level level = levels.getOrDefault(access.seller(), new Level(FULL, clock.instant())).refilled(clock.instant());
        if (level.nanos() < CALL) {
            throttled++;
            return error(429, "QuotaExceeded", "You exceeded your quota for the requested resource.", "");
        }
        levels.put(access.seller(), new Level(level.nanos() - CALL, level.at()));
        return limited(checked(query));
    }

    private Reply denied(String details) {
        forbidden++;
        return error(403, "Unauthorized", DENIED, details);
    }

    private static Reply checked(Map<String, String> query) {
        for (String required : List.of("asin", "sellerId", "marketplaceIds")) {
            if (query.getOrDefault(required, "").isBlank()) {
                return bare("Missing required '" + required + "'.");
            }
        }
        return "BAD_ASIN".equals(query.get("asin")) ? bare("Invalid 'asin' provided.") : restrictions(query);
    }

    private static Reply restrictions(Map<String, String> query) {
        String asin = query.getOrDefault("asin", "");
        List<Map<String, Object>> all = new ArrayList<>();
        for (String marketplace : query.getOrDefault("marketplaceIds", "").split(",")) {
            Map<String, Object> reason = switch (asin.charAt(asin.length() - 1)) {
                case '0' -> Map.of("reasonCode", "APPROVAL_REQUIRED", "message", "You need approval to list in this brand.",
                        "links", List.of(Map.of("resource", "https://sellercentral.amazon.com/hz/approvalrequest?asin=" + asin,
                                "verb", "GET", "title", "Request Approval via Seller Central.", "type", "text/html")));
                case '1' -> Map.of("reasonCode", "NOT_ELIGIBLE", "message", "You are not eligible to list this product.");
                case '2' -> Map.of("reasonCode", "ASIN_NOT_FOUND", "message", "The ASIN was not found in this marketplace.");
                default -> Map.of();
            };
            if (!reason.isEmpty()) {
                all.add(Map.of("marketplaceId", marketplace, "conditionType", query.getOrDefault("conditionType", "new_new"),
                        "reasons", List.of(reason)));
            }
        }
        return Reply.json(200, Map.of("restrictions", all));
    }

    /** As the model of this API declares its errors, and its static sandbox sends them. */
    private static Reply bare(String message) {
        return Reply.json(400, List.of(Map.of("code", "BAD_REQUEST", "message", message)));
    }

    private static Reply error(int status, String code, String message, String details) {
        return Reply.json(status, Map.of("errors", List.of(Map.of("code", code, "message", message, "details", details))));
    }

    /** Amazon names the rate with 20x, 400 and 404 only. */
    private static Reply limited(Reply reply) {
        reply.headers().put("x-amzn-RateLimit-Limit", "5.0");
        return reply;
    }
}
