package dev.tollgate.sandbox;

import java.util.List;
import java.util.Map;

/**
 * Gemini's error answers.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/troubleshooting">Gemini: error codes</a>
 */
record SandboxFault(int status, String code, String message, List<Map<String, Object>> details) {

    private static final String RPC = "type.googleapis.com/google.rpc.";

    static SandboxFault of(String name) {
        return switch (name) {
            case "429" -> new SandboxFault(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.",
                    List.of(quota("GenerateContentInputTokensPerModelPerMinute-FreeTier"),
                            Map.of("@type", RPC + "RetryInfo", "retryDelay", "1s")));
            case "429-day" -> new SandboxFault(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.",
                    List.of(quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier")));
            case "400" -> new SandboxFault(400, "INVALID_ARGUMENT", "The document has no pages.", List.of());
            case "400-key" -> new SandboxFault(400, "INVALID_ARGUMENT",
                    "API key not valid. Please pass a valid API key.",
                    List.of(Map.of("@type", RPC + "ErrorInfo", "reason", "API_KEY_INVALID", "domain", "googleapis.com",
                            "metadata", Map.of("service", "generativelanguage.googleapis.com"))));
            case "403" -> new SandboxFault(403, "PERMISSION_DENIED",
                    "Method doesn't allow unregistered callers.", List.of());
            case "404" -> new SandboxFault(404, "NOT_FOUND", "The model is not found for API version v1beta.", List.of());
            case "500" -> new SandboxFault(500, "INTERNAL", "An internal error has occurred.", List.of());
            case "503" -> new SandboxFault(503, "UNAVAILABLE", "The model is overloaded. Please try again later.", List.of());
            case "504" -> new SandboxFault(504, "DEADLINE_EXCEEDED", "The request timed out. Please try again.", List.of());
            default -> throw new IllegalArgumentException("No such sandbox fault: " + name);
        };
    }

    private static Map<String, Object> quota(String id) {
        return Map.of("@type", RPC + "QuotaFailure", "violations", List.of(Map.of(
                "quotaMetric", "generativelanguage.googleapis.com/generate_content_free_tier_requests",
                "quotaId", id, "quotaDimensions", Map.of("location", "global", "model", "gemini-2.5-flash"),
                "quotaValue", "50")));
    }

    Map<String, Object> error() {
        return details.isEmpty() ? Map.of("code", status, "message", message, "status", code)
                : Map.of("code", status, "message", message, "status", code, "details", details);
    }
}
