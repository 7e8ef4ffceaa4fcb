package dev.tollgate.sandbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

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
    private static final String EVENTS_TYPE = "text/event-stream";
    private static final String JSON_TYPE = "application/json; charset=UTF-8";

    private final ObjectMapper json = new ObjectMapper();

    /**
     * Answers one call.
     *
     * @param path from the version of the API on
     * @param query raw; null for none
     * @param key as in {@code x-goog-api-key}; without one nothing is served
     * @param fault what the call meets, {@code ok} for nothing; see {@link SandboxGemini}
     */
    public Reply handle(String method, String path, @Nullable String query, @Nullable String key, byte[] body, String fault)
            throws IOException {
        if (key == null || key.isBlank()) {
            return error("403");
        }
        String inVersion = path.replaceFirst("^/v1(alpha)?/", "/v1beta/");
        int verb = inVersion.lastIndexOf(':');
        if (method.equals("GET") && fault.equals("ok")) {
            return inVersion.equals(MODELS) ? whole(Map.of("models", NAMES.stream().map(GeminiSimulator::described).toList()))
                    : model(inVersion);
        }
        boolean breaksOff = fault.endsWith("-inside");
        if (inVersion.endsWith("/openai/chat/completions") && (fault.equals("ok") || breaksOff)) {
            GeminiOpenAi chat = new GeminiOpenAi(json.readTree(body), json);
            String error = json.writeValueAsString(Map.of("error", SandboxFault.of(breaksOff ? fault.substring(0, 3) : "503").error()));
            if (!chat.isStream()) {
                return new Reply(200, JSON_TYPE, List.of(breaksOff ? error : chat.whole()));
            }
            return new Reply(200, EVENTS_TYPE, breaksOff ? List.of(chat.events().get(0), "data: " + error + "\n\n") : chat.events());
        }
        GeminiReplies replies = new GeminiReplies(verb < 0 ? json.missingNode() : json.readTree(body), json);
        boolean stream = inVersion.endsWith("streamGenerateContent");
        boolean events = query != null && query.contains("alt=sse");
        return switch (fault) {
            case "ok" -> served(inVersion.substring(verb + 1), events, replies);
            case "garbage" -> new Reply(200, "application/json", List.of("<html>not what you asked for</html>"));
            case "204" -> new Reply(204, JSON_TYPE, List.of(""));
            case "empty" -> new Reply(200, stream && events ? EVENTS_TYPE : JSON_TYPE, List.of(""));
            case "blocked" -> answered(List.of(replies.blocked()), stream, events);
            case "safety" -> answered(List.of(replies.declined()), stream, events);
            case "truncated" -> answered(List.of(replies.truncated()), stream, events);
            case "silent" -> answered(List.of(replies.silent()), stream, events);
            case "fenced" -> answered(List.of(replies.fenced()), stream, events);
            case "untold" -> answered(untold(pieces(replies, stream)), stream, events);
            case "erased" -> answered(stream ? and(pieces(replies, true), Map.of("usageMetadata", Map.of())) : pieces(replies, false),
                    stream, events);
            case "429-inside", "503-inside" -> answered(and(stream ? replies.servedInPieces().subList(0, 1) : List.of(),
                    Map.of("error", SandboxFault.of(fault.substring(0, 3)).error())), stream, events);
            case "503-raw" -> raw(replies, events);
            default -> error(fault);
        };
    }

    private Reply served(String verb, boolean events, GeminiReplies replies) throws IOException {
        return switch (verb) {
            case "generateContent" -> whole(replies.served());
            case "streamGenerateContent" -> streamed(replies.servedInPieces(), events);
            case "countTokens" -> whole(replies.counted());
            case "embedContent" -> whole(Map.of("embedding", GeminiReplies.embedding()));
            default -> error("404");
        };
    }

    private Reply answered(List<Map<String, Object>> pieces, boolean stream, boolean events) throws IOException {
        return stream ? streamed(pieces, events) : whole(pieces.get(pieces.size() - 1));
    }

    private static List<Map<String, Object>> pieces(GeminiReplies replies, boolean stream) throws IOException {
        return stream ? replies.servedInPieces() : List.of(replies.served());
    }

    private static List<Map<String, Object>> and(List<Map<String, Object>> pieces, Map<String, Object> last) {
        List<Map<String, Object>> all = new ArrayList<>(pieces);
        all.add(last);
        return all;
    }

    private static List<Map<String, Object>> untold(List<Map<String, Object>> pieces) {
        pieces.forEach(piece -> piece.remove("usageMetadata"));
        return pieces;
    }

    /** Events, and behind them an error as Google's servers write it when they shed load: no event at all. */
    private Reply raw(GeminiReplies replies, boolean events) throws IOException {
        List<String> pieces = new ArrayList<>(streamed(replies.servedInPieces().subList(0, 1), events).pieces());
        pieces.add(json.writerWithDefaultPrettyPrinter().writeValueAsString(Map.of("error", SandboxFault.of("503").error())) + "\n");
        return new Reply(200, events ? EVENTS_TYPE : JSON_TYPE, pieces);
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
        return new Reply(200, events ? EVENTS_TYPE : JSON_TYPE, pieces);
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
