package dev.tollgate.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tollgate.sandbox.XaiSimulator.Fault;
import dev.tollgate.sandbox.XaiSimulator.Reply;

/** Writes the simulator's answers for Anthropic's clients. */
final class XaiMessages {

    private static final ObjectMapper JSON = new ObjectMapper();

    private XaiMessages() {
    }

    static Reply answer(JsonNode request, XaiThought thought) {
        ObjectNode message = JSON.createObjectNode().put("id", "msg_" + thought.id()).put("type", "message").put("role", "assistant")
                .put("model", request.path("model").asText());
        message.putArray("content").add(block(thought));
        message.put("stop_reason", reason(thought)).putNull("stop_sequence");
        ObjectNode usage = message.putObject("usage");
        usage.put("input_tokens", thought.promptTokens()).put("cache_creation_input_tokens", 0).put("cache_read_input_tokens", 0)
                .put("output_tokens", thought.completionTokens() + thought.reasoningTokens());
        return request.path("stream").asBoolean() ? stream(message, thought) : XaiAnswers.json(200, message);
    }

    private static ObjectNode block(XaiThought thought) {
        ObjectNode block = JSON.createObjectNode();
        if (thought.fault() == Fault.TOOL_CALL) {
            block.put("type", "tool_use").put("id", "toolu_1").put("name", "look_up").putObject("input");
            return block;
        }
        return block.put("type", "text").put("text", thought.content() == null ? "" : thought.content());
    }

    private static String reason(XaiThought thought) {
        return switch (thought.finishReason()) {
            case "length" -> "max_tokens";
            case "tool_calls" -> "tool_use";
            default -> "end_turn";
        };
    }

    /** What was read is told at the beginning, what was written at the end. */
    private static Reply stream(ObjectNode whole, XaiThought thought) {
        List<String> events = new ArrayList<>();
        ObjectNode begun = whole.deepCopy().putNull("stop_reason");
        begun.putArray("content");
        begun.withObject("/usage").put("output_tokens", 1);
        events.add(event("message_start", JSON.createObjectNode().set("message", begun)));
        ObjectNode empty = block(thought);
        if (empty.has("text")) {
            empty.put("text", "");
        }
        events.add(event("content_block_start", JSON.createObjectNode().put("index", 0).set("content_block", empty)));
        for (String piece : thought.pieces()) {
            events.add(event("content_block_delta", JSON.createObjectNode().put("index", 0).set("delta",
                    JSON.createObjectNode().put("type", "text_delta").put("text", piece))));
            if (thought.fault() == Fault.STREAM_ERROR) {
                events.add(event("error", JSON.createObjectNode().set("error",
                        JSON.createObjectNode().put("type", "overloaded_error").put("message", "The stream was interrupted."))));
                return new Reply(200, Map.of("Content-Type", "text/event-stream"), events);
            }
        }
        events.add(event("content_block_stop", JSON.createObjectNode().put("index", 0)));
        ObjectNode end = JSON.createObjectNode();
        end.putObject("delta").put("stop_reason", reason(thought)).putNull("stop_sequence");
        end.putObject("usage").put("output_tokens", thought.completionTokens() + thought.reasoningTokens());
        events.add(event("message_delta", end));
        events.add(event("message_stop", JSON.createObjectNode()));
        return new Reply(200, Map.of("Content-Type", "text/event-stream"), events);
    }

    private static String event(String type, ObjectNode data) {
        return "event: " + type + "\n" + XaiAnswers.event(JSON.createObjectNode().put("type", type).setAll(data));
    }
}
