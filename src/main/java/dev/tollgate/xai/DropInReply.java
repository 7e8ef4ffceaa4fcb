package dev.tollgate.xai;

import java.io.IOException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

/** What the gateway reads in a reply that it passes on byte for byte. */
final class DropInReply {

    private static final ObjectMapper LENIENT = new ObjectMapper();

    private DropInReply() {
    }

    /** Whether it is one answer that ended by itself: not truncated, refused or deferred, no tool call, no choice of several. */
    static boolean isComplete(byte[] json) {
        JsonNode root = read(json);
        if (root.path("object").asText().equals("response")) {
            return root.path("status").asText().equals("completed") && root.path("output").isArray()
                    && root.path("output").findValuesAsText("type").stream().noneMatch(type -> type.endsWith("_call") || type.equals("refusal"));
        }
        JsonNode choice = root.path("choices").path(0);
        JsonNode message = choice.path("message");
        return root.path("choices").size() == 1 && choice.path("finish_reason").asText().equals("stop")
                && message.path("content").isTextual() && message.path("tool_calls").isEmpty()
                && message.path("refusal").asText("").isEmpty();
    }

    private static JsonNode read(byte[] json) {
        try {
            return json == null || json.length == 0 ? MissingNode.getInstance() : LENIENT.readTree(json);
        } catch (IOException notJson) {
            return MissingNode.getInstance();
        }
    }
}
