package dev.tollgate.xai;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tollgate.quota.QuotaDecision;
import java.util.Map;

/**
 * A refusal of the gateway in the shape of xAI's own errors, for clients of {@code /xai/v1}.
 *
 * <p>{@code X-Should-Retry: false} because the OpenAI SDKs would otherwise try again at once; no {@code Retry-After}
 * because they would sleep until midnight on the caller's thread.
 *
 * @param status  429
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

    private static String body(String code, String error) {
        try {
            return Json.STRICT.writeValueAsString(Json.STRICT.createObjectNode().put("code", code).put("error", error));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("two texts can always be written", impossible);
        }
    }
}
