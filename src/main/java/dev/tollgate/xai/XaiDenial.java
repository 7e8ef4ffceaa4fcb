package dev.tollgate.xai;

import java.util.HashMap;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.quota.QuotaDecision;

/**
 * A refusal of the gateway in the shape of xAI's own errors, for clients of {@code /xai/v1}.
 *
 * @param status  of the answer
 * @param headers to be set on the answer
 * @param body    JSON
 */
public record XaiDenial(int status, Map<String, String> headers, String body) {

    /**
     * The daily limit is reached. 403, as xAI answers a team that has reached its own limit: clients repeat a 429, whatever
     * {@code X-Should-Retry} says, and with a {@code Retry-After} they would sleep until midnight on the caller's thread.
     */
    static Refusal spent(QuotaDecision.Denied denied) {
        return Refusal.of(403, "The gateway denied this call: " + denied.reason() + ". Calls today (actual/limit): "
                + denied.callsToday() + "/" + denied.limit() + ". The next call can be made at " + denied.resetsAt() + ".");
    }

    /**
     * Any refusal. The client is told to try again only where the call certainly never left and that can help.
     *
     * @param soon    whether trying again can help although the refusal does not say when
     * @param dialect of the path
     */
    static XaiDenial of(Refusal refusal, boolean soon, Dialect dialect, String requestId) {
        Map<String, String> headers = new HashMap<>(Map.of("Content-Type", "application/json"));
        headers.put("X-Should-Retry", Boolean.toString(soon || refusal.getRetryAfterSeconds() != null));
        if (refusal.getRetryAfterSeconds() != null) {
            headers.put("Retry-After", refusal.getRetryAfterSeconds().toString());
        }
        try {
            return new XaiDenial(refusal.getStatus(), headers, Json.STRICT.writeValueAsString(dialect.body(refusal, requestId)));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a few texts can always be written", impossible);
        }
    }
}
