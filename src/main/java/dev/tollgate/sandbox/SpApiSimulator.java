package dev.tollgate.sandbox;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import dev.tollgate.gateway.QueryString;

/**
 * Amazon as the sandbox knows it: the consent page, the token endpoint, getListingsRestrictions, and an order's address and buyer
 * behind createRestrictedDataToken, with the true shapes of answers, errors and limits. Knows no server: whoever serves it passes the path below the simulator's own, such as
 * {@code /apps/authorize/consent}, {@code /auth/o2/token}, {@code /listings/2021-08-01/restrictions} or {@code /control}.
 *
 * <p>{@code POST /control} makes trouble: {@code revoke=<seller>}, {@code expires_in=<seconds>} for tokens from now on,
 * {@code expire=all} for those given out, {@code fail=<status>,<times>} for the token endpoint, {@code secret=refused|taken}.
 *
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/website-authorization-workflow">Amazon: Website Authorization
 *      Workflow</a>
 */
public final class SpApiSimulator {

    /** The credentials that the sandbox's settings carry. */
    public static final String CLIENT_ID = "amzn1.application-oa2-client.sandbox";
    public static final String CLIENT_SECRET = "amzn1.oa2-cs.v1.sandbox";

    static final ObjectMapper JSON = new ObjectMapper();

    /** An answer, complete. */
    public record Reply(int status, Map<String, String> headers, String body) {

        static Reply json(int status, Object body) {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Content-Type", "application/json");
            headers.put("x-amzn-RequestId", UUID.randomUUID().toString());
            try {
                return new Reply(status, headers, JSON.writeValueAsString(body));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final SandboxConsent consent;
    private final SandboxTokens tokens;
    private final SandboxListings listings;
    private final SandboxOrders orders;

    /**
     * @param clock    tokens, codes and limits live by it
     * @param callback the address registered for the application, where the consent page sends people back to
     */
    public SpApiSimulator(Clock clock, String callback) {
        this.tokens = new SandboxTokens(clock);
        this.consent = new SandboxConsent(tokens, callback);
        this.listings = new SandboxListings(tokens, clock);
        this.orders = new SandboxOrders(tokens, clock);
    }

    /**
     * Answers one request.
     *
     * @param headers by name in any case
     * @param body    null or empty for none
     */
    public Reply reply(String method, String path, Map<String, String> query, Map<String, String> headers, @Nullable String body) {
        Map<String, String> caseless = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        caseless.putAll(headers);
        String text = body == null ? "" : body;
        return switch (method + " " + path) {
            case "GET /apps/authorize/consent" -> consent.page(query);
            case "POST /apps/authorize/consent/decision" -> consent.decide(form(text));
            case "POST /auth/o2/token" -> tokens.answer(caseless.getOrDefault("Content-Type", ""), text);
            case "GET /listings/2021-08-01/restrictions" -> listings.answer(query, caseless, text);
            case "POST /tokens/2021-03-01/restrictedDataToken" -> orders.token(caseless, text);
            case "POST /control" -> control(query);
            default -> SandboxOrders.isOne(method, path) ? orders.answer(path, caseless) : Reply.json(404, Map.of("errors", List.of(Map.of("code", "NotFound", "message",
                    "The requested resource was not found.", "details", ""))));
        };
    }

    private Reply control(Map<String, String> query) {
        try {
            query.forEach(tokens::control);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return Reply.json(400, Map.of("error", "The sandbox has no such control"));
        }
        return Reply.json(200, Map.of("done", query.keySet()));
    }

    /** Token requests answered so far, with whatever status. */
    public long tokenCalls() {
        return tokens.calls();
    }

    /** Calls of getListingsRestrictions that were over the limit. */
    public long throttled() {
        return listings.throttled();
    }

    /** Calls of getListingsRestrictions that were answered 403. */
    public long forbidden() {
        return listings.forbidden();
    }

    static Map<String, String> form(String body) {
        return QueryString.of(body).toMap();
    }
}
