package dev.tollgate.sandbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Gemini's API as far as the gateway and its clients use it, without a network: contents whole and streamed, tokens
 * counted, models, and its errors, with the true shapes of answers and usage.
 */
public final class GeminiSimulator {

    /** An answer: one piece, or those of a stream. */
    public record Reply(int status, String type, List<String> pieces) {
    }

    private static final String MODELS = "/v1beta/models";
    private static final List<String> NAMES = List.of("gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.5-pro");
    private static final String JSON_TYPE = "application/json; charset=UTF-8";

    private final ObjectMapper json = new ObjectMapper();

    /**
     * Answers one call.
     *
     * @param path from {@code /v1beta} on
     * @param query raw; null for none
     * @param key as in {@code x-goog-api-key}; without one nothing is served
     * @param fault what the call meets, {@code ok} for nothing; see {@link SandboxGemini}
     */
    public Reply handle(String method, String path, String query, String key, byte[] body, String fault)
            throws IOException {
        if (key == null || key.isBlank()) {
            return error("403");
        }
        int verb = path.lastIndexOf(':');
        if (method.equals("GET") && fault.equals("ok")) {
            return path.equals(MODELS) ? whole(Map.of("models", NAMES.stream().map(GeminiSimulator::described).toList()))
                    : model(path);
        }
        GeminiReplies replies = new GeminiReplies(verb < 0 ? json.missingNode() : json.readTree(body), json);
        return switch (fault) {
            case "ok" -> served(path.substring(verb + 1), query, replies);
            case "garbage" -> new Reply(200, "application/json", List.of("<html>not what you asked for</html>"));
            case "blocked" -> whole(replies.blocked());
            case "safety" -> whole(replies.declined());
            case "truncated" -> whole(replies.truncated());
            default -> error(fault);
        };
    }

    private Reply served(String verb, String query, GeminiReplies replies) throws IOException {
        return switch (verb) {
            case "generateContent" -> whole(replies.served());
            case "streamGenerateContent" -> streamed(replies.servedInPieces(), query != null && query.contains("alt=sse"));
            case "countTokens" -> whole(replies.counted());
            default -> error("404");
        };
    }

    /** As server-sent events, or as one array of which each piece is an element. */
    private Reply streamed(List<Map<String, Object>> replies, boolean events) throws IOException {
        List<String> pieces = new ArrayList<>();
        for (Map<String, Object> reply : replies) {
            String text = json.writeValueAsString(reply);
            pieces.add(events ? "data: " + text + "\r\n\r\n" : (pieces.isEmpty() ? "[" : ",\r\n") + text);
        }
        if (!events) {
            pieces.add("]\n");
        }
        return new Reply(200, events ? "text/event-stream" : JSON_TYPE, pieces);
    }

    private Reply model(String path) throws IOException {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return path.startsWith(MODELS + "/") && NAMES.contains(name) ? whole(described(name)) : error("404");
    }

    private static Map<String, Object> described(String name) {
        return Map.of("name", "models/" + name, "version", "001", "displayName", name, "inputTokenLimit", 1_048_576,
                "outputTokenLimit", 65_536, "supportedGenerationMethods", List.of("generateContent", "countTokens"));
    }

    private Reply error(String fault) throws IOException {
        SandboxFault error = SandboxFault.of(fault);
        return new Reply(error.status(), JSON_TYPE, List.of(json.writeValueAsString(Map.of("error", error.error()))));
    }

    private Reply whole(Map<String, Object> body) throws IOException {
        return new Reply(200, JSON_TYPE, List.of(json.writeValueAsString(body)));
    }
}
