package dev.tollgate.sandbox;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.tollgate.sandbox.SpApiSimulator.Reply;

/**
 * What of an order is restricted, its buyer and its address, and createRestrictedDataToken, whose tokens open it. Every order
 * that is asked for is there.
 *
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/tokens-api-v2021-03-01-reference">Amazon: Tokens API v2021-03-01
 *      reference</a>
 */
record SandboxOrders(SandboxTokens tokens, Clock clock) {

    private static final Pattern RESTRICTED = Pattern.compile("/orders/v0/orders/([^/]+)/(buyerInfo|address)");
    private static final int MOST_RESOURCES = 50;
    private static final String ANY_ORDER = "{orderId}";

    static boolean isOne(String method, String path) {
        return method.equals("GET") && RESTRICTED.matcher(path).matches();
    }

    /** createRestrictedDataToken. */
    Reply token(Map<String, String> headers, String body) {
        SandboxTokens.Access access = access(headers);
        if (access == null || !access.restricted().isEmpty() || access.endedAt(clock.instant())) {
            return denied(access);
        }
        List<String> paths = new ArrayList<>();
        try {
            JsonNode resources = SpApiSimulator.JSON.readTree(body).path("restrictedResources");
            if (!resources.isArray() || resources.isEmpty() || resources.size() > MOST_RESOURCES) {
                return bad("restrictedResources must hold 1 to %d resources.".formatted(MOST_RESOURCES));
            }
            for (JsonNode resource : resources) {
                String path = resource.path("path").asText();
                if (!isOne(resource.path("method").asText(), path)) {
                    return bad("Application does not have access to one or more requested data elements: " + resource.path("method").asText() + " " + path);
                }
                paths.add(path);
            }
        } catch (IOException e) {
            return bad("The request body is not JSON.");
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("expiresIn", tokens.lifeSeconds());
        answer.put("restrictedDataToken", tokens.restricted(access.seller(), paths));
        return limited(Reply.json(200, answer), "1.0");
    }

    /** getOrderBuyerInfo and getOrderAddress, for a token that was made for them. */
    Reply answer(String path, Map<String, String> headers) {
        SandboxTokens.Access access = access(headers);
        String order = path.split("/")[4];
        if (access == null || access.endedAt(clock.instant())
                || access.restricted().stream().noneMatch(opened -> opened.replace(ANY_ORDER, order).equals(path))) {
            return denied(access);
        }
        Map<String, Object> payload = path.endsWith("/address") ? Map.of("AmazonOrderId", order, "ShippingAddress", Map.of("Name", "Sandbox Buyer",
                "AddressLine1", "1 Sample Street", "City", "Seattle", "StateOrRegion", "WA", "PostalCode", "98101", "CountryCode", "US"))
                : Map.of("AmazonOrderId", order, "BuyerName", "Sandbox Buyer", "BuyerEmail", "sandbox@marketplace.amazon.example");
        return limited(Reply.json(200, Map.of("payload", payload)), "0.5");
    }

    private SandboxTokens.@Nullable Access access(Map<String, String> headers) {
        String token = headers.get("x-amz-access-token");
        return token == null ? null : tokens.access(token);
    }

    private Reply denied(SandboxTokens.@Nullable Access access) {
        boolean ended = access != null && access.endedAt(clock.instant());
        String details = ended ? "The access token you provided has expired."
                : access != null && access.restricted().isEmpty() ? "" : "The access token you provided is revoked, malformed or invalid.";
        return error(403, "Unauthorized", "Access to requested resource is denied.", details);
    }

    private static Reply bad(String message) {
        return limited(error(400, "InvalidInput", message, ""), "1.0");
    }

    private static Reply error(int status, String code, String message, String details) {
        return Reply.json(status, Map.of("errors", List.of(Map.of("code", code, "message", message, "details", details))));
    }

    private static Reply limited(Reply reply, String rate) {
        reply.headers().put("x-amzn-RateLimit-Limit", rate);
        return reply;
    }
}
