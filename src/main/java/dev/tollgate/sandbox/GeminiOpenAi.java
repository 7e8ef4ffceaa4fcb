package dev.tollgate.sandbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** The simulated Gemini in OpenAI's words: chat completions, whole and streamed. A stream says what it used when it is asked to. */
final class GeminiOpenAi {

    private final JsonNode chat;
    private final ObjectMapper json;
    private final GeminiReplies replies;

    GeminiOpenAi(JsonNode chat, ObjectMapper json) {
        this.chat = chat;
        this.json = json;
        this.replies = new GeminiReplies(inGeminisWords(), json);
    }

    boolean isStream() {
        return chat.path("stream").asBoolean();
    }

    /** The whole answer. */
    String whole() throws IOException {
        JsonNode served = json.valueToTree(replies.served());
        return json.writeValueAsString(answer("chat.completion", List.of(choice("message", served, true)), usage(served)));
    }

    /** The answer as events. */
    List<String> events() throws IOException {
        List<String> events = new ArrayList<>();
        JsonNode pieces = json.valueToTree(replies.servedInPieces());
        for (JsonNode piece : pieces) {
            boolean last = piece == pieces.get(pieces.size() - 1);
            events.add(event(answer("chat.completion.chunk", List.of(choice("delta", piece, last)), null)));
        }
        if (chat.path("stream_options").path("include_usage").asBoolean()) {
            events.add(event(answer("chat.completion.chunk", List.of(), usage(pieces.get(pieces.size() - 1)))));
        }
        events.add("data: [DONE]\n\n");
        return events;
    }

    private String event(Map<String, Object> chunk) throws IOException {
        return "data: " + json.writeValueAsString(chunk) + "\n\n";
    }

    private static Map<String, Object> answer(String type, List<Object> choices, @Nullable Object usage) {
        Map<String, Object> answer = GeminiReplies.inOrder("id", "sandbox", "object", type, "created", 0, "model", "gemini-2.5-flash",
                "choices", choices);
        if (usage != null) {
            answer.put("usage", usage);
        }
        return answer;
    }

    private static Map<String, Object> choice(String name, JsonNode reply, boolean last) {
        JsonNode part = reply.at("/candidates/0/content/parts/0");
        JsonNode call = part.path("functionCall");
        Map<String, Object> message = GeminiReplies.inOrder("role", "assistant", "content", part.has("text") ? part.path("text").asText() : null);
        if (!call.isMissingNode()) {
            message.put("tool_calls", List.of(GeminiReplies.inOrder("index", 0, "id", "call-1", "type", "function", "function",
                    Map.of("name", call.path("name").asText(), "arguments", call.path("args").toString()))));
        }
        return GeminiReplies.inOrder("index", 0, name, message, "finish_reason",
                !last ? null : call.isMissingNode() ? "stop" : "tool_calls");
    }

    private static Map<String, Object> usage(JsonNode reply) {
        JsonNode usage = reply.path("usageMetadata");
        return GeminiReplies.inOrder("prompt_tokens", usage.path("promptTokenCount").asLong(), "completion_tokens",
                usage.path("candidatesTokenCount").asLong(), "total_tokens", usage.path("totalTokenCount").asLong());
    }

    private ObjectNode inGeminisWords() {
        ObjectNode asked = json.createObjectNode();
        ArrayNode contents = asked.putArray("contents");
        for (JsonNode message : chat.path("messages")) {
            ArrayNode parts = contents.addObject().put("role", message.path("role").asText()).putArray("parts");
            if (message.path("role").asText().equals("tool")) {
                parts.addObject().putObject("functionResponse").set("response", message.path("content"));
            } else {
                parts.addObject().put("text", message.path("content").asText());
            }
        }
        ArrayNode declared = asked.putArray("tools").addObject().putArray("functionDeclarations");
        chat.path("tools").forEach(tool -> declared.add(tool.path("function")));
        JsonNode format = chat.path("response_format");
        if (format.path("type").asText().startsWith("json")) {
            asked.putObject("generationConfig").put("responseMimeType", "application/json")
                    .set("responseJsonSchema", format.at("/json_schema/schema"));
        }
        return asked;
    }
}
