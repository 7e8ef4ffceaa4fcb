package dev.tollgate.xai;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.quota.QuotaDecision;
import java.util.HashMap;
import java.util.Map;

/**
 * A refusal of the gateway in the shape of xAI's own errors, for clients of {@code /xai/v1}.
 *
 * <p>{@code X-Should-Retry: false} because the OpenAI SDKs would otherwise try again at once; no {@code Retry-After} on a
 * spent day because they would sleep until midnight on the caller's thread.
 *
 * @param status  of the answer
 * @param headers to be set on the answer
 * @param body    JSON
 */
public record XaiDenial(int status, Map<String, String> headers, String body) {

    /** The daily limit is reached. */
    public static XaiDenial of(QuotaDecision.Denied denied) {
        String text = "The gateway denied this call: " + denied.reason() + ". Calls today (actual/limit): "
                + denied.callsToday() + "/" + denied.limit() + ". The next call can be made at " + denied.resetsAt() + ".";
        return new XaiDenial(429, Map.of("Content-Type", "application/json", "X-Should-Retry", "false"),
                body("resource-exhausted", text));
    }

    /**
     * Any other refusal. The client is told to try again only where the call certainly never left and that can help.
     *
     * @param departure of the failure behind it
     */
    static XaiDenial of(Refusal refusal, Departure departure) {
        Map<String, String> headers = new HashMap<>(Map.of("Content-Type", "application/json"));
        boolean soon = refusal.getRetryAfterSeconds() != null || departure == Departure.NEVER_LEFT;
        headers.put("X-Should-Retry", Boolean.toString(soon));
        if (refusal.getRetryAfterSeconds() != null) {
            headers.put("Retry-After", refusal.getRetryAfterSeconds().toString());
        }
        return new XaiDenial(refusal.getStatus(), headers, body(code(refusal.getStatus()), refusal.getMessage()));
    }

    private static String code(int status) {
        return switch (status) {
            case 404 -> "not-found";
            case 504 -> "deadline-exceeded";
            case 500 -> "internal";
            default -> status / 100 == 4 ? "invalid-argument" : "unavailable";
        };
    }

    private static String body(String code, String error) {
        try {
            return Json.STRICT.writeValueAsString(Json.STRICT.createObjectNode().put("code", code).put("error", error));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("two texts can always be written", impossible);
        }
    }
}
