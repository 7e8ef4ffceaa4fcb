package dev.tollgate.sandbox;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tollgate.sandbox.XaiSimulator.Fault;
import dev.tollgate.sandbox.XaiSimulator.Reply;

/** Writes the simulator's answers in the shapes of the real API. */
record XaiAnswers(Clock clock) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> PLAIN = Map.of("Content-Type", "application/json");

    static Reply error(int status, String code, String text) {
        return json(status, JSON.createObjectNode().put("code", code).put("error", text));
    }

    Reply models(List<String> names) {
        ObjectNode list = JSON.createObjectNode();
        ArrayNode data = list.putArray("data");
        names.forEach(name -> data.add(describe(name)));
        return json(200, list.put("object", "list"));
    }

    Reply model(String name) {
        return json(200, describe(name));
    }

    Reply chat(JsonNode request, Optional<Fault> fault) {
        XaiThought thought = XaiThought.about(request, fault);
        return request.path("stream").asBoolean() ? stream(request, thought, fault) : whole(request, thought, fault);
    }

    Reply response(JsonNode request, Optional<Fault> fault) {
        XaiThought thought = XaiThought.about(request, fault);
        ObjectNode body = JSON.createObjectNode().put("id", thought.id()).put("object", "response")
                .put("created_at", created()).put("status", "completed").put("model", request.path("model").asText());
        body.putArray("output").add(item(thought));
        body.set("usage", thought.responseUsage());
        return request.path("stream").asBoolean() ? responseStream(body, thought) : json(200, body);
    }

    private static ObjectNode item(XaiThought thought) {
        ObjectNode item = JSON.createObjectNode();
        if (thought.fault() == Fault.TOOL_CALL) {
            return item.put("type", "function_call").put("id", "fc_" + thought.id()).put("call_id", "call_1").put("name", "look_up")
                    .put("arguments", "{}").put("status", "completed");
        }
        item.put("type", "message").put("id", "msg_" + thought.id()).put("role", "assistant").put("status", "completed");
        item.putArray("content").addObject().put("type", "output_text").put("text", thought.content()).putArray("annotations");
        return item;
    }

    private static Reply responseStream(ObjectNode whole, XaiThought thought) {
        List<String> events = new ArrayList<>();
        ObjectNode begun = whole.deepCopy().put("status", "in_progress").putNull("usage");
        begun.putArray("output");
        events.add(typed("response.created", begun, events.size()));
        for (String piece : thought.pieces()) {
            ObjectNode delta = JSON.createObjectNode().put("type", "response.output_text.delta").put("sequence_number", events.size())
                    .put("item_id", "msg_" + thought.id()).put("output_index", 0).put("content_index", 0).put("delta", piece);
            events.add("event: response.output_text.delta\n" + event(delta));
            if (thought.fault() == Fault.STREAM_ERROR) {
                events.add("event: error\n" + event(JSON.createObjectNode().put("type", "error").put("sequence_number", events.size())
                        .put("code", "internal").put("message", "The stream was interrupted.").putNull("param")));
                return new Reply(200, Map.of("Content-Type", "text/event-stream"), events);
            }
        }
        events.add(typed("response.completed", whole, events.size()));
        return new Reply(200, Map.of("Content-Type", "text/event-stream"), events);
    }

    private static String typed(String type, ObjectNode response, int number) {
        return "event: " + type + "\n" + event(JSON.createObjectNode().put("type", type).put("sequence_number", number)
                .set("response", response));
    }

    private Reply whole(JsonNode request, XaiThought thought, Optional<Fault> fault) {
        ObjectNode body = head("chat.completion", request, thought);
        ArrayNode choices = body.putArray("choices");
        int count = fault.filter(Fault.TWO_CHOICES::equals).isPresent() ? 2 : Math.max(1, request.path("n").asInt(1));
        for (int index = 0; index < count; index++) {
            ObjectNode choice = choices.addObject().put("index", index);
            choice.set("message", thought.message());
            choice.put("finish_reason", thought.finishReason());
        }
        return json(200, fault.filter(Fault.WITHOUT_USAGE::equals).isPresent() ? body : body.set("usage", thought.usage()));
    }

    private Reply stream(JsonNode request, XaiThought thought, Optional<Fault> fault) {
        List<String> events = new ArrayList<>();
        for (String piece : thought.pieces()) {
            events.add(event(chunk(request, thought, piece, null)));
            if (fault.filter(Fault.STREAM_ERROR::equals).isPresent()) {
                events.add(event(JSON.createObjectNode().put("code", "internal").put("error", "The stream was interrupted.")));
                return new Reply(200, Map.of("Content-Type", "text/event-stream"), events);
            }
        }
        events.add(event(chunk(request, thought, "", thought.finishReason())));
        boolean says = request.path("stream_options").path("include_usage").asBoolean() && fault.filter(Fault.WITHOUT_USAGE::equals).isEmpty();
        if (says) {
            ObjectNode last = head("chat.completion.chunk", request, thought);
            last.putArray("choices");
            events.add(event(last.set("usage", thought.usage())));
        }
        if (says && fault.filter(Fault.LATE_EMPTY_USAGE::equals).isPresent()) {
            ObjectNode later = head("chat.completion.chunk", request, thought);
            later.putArray("choices");
            events.add(event(later.set("usage", JSON.createObjectNode())));
        }
        events.add("data: [DONE]\n\n");
        if (fault.filter(Fault.ODD_LINES::equals).isPresent()) {
            events.replaceAll(event -> (": odd\n" + event.replace(",\"choices\"", ",\ndata: \"choices\"")).replace('\n', '\r'));
        }
        return new Reply(200, Map.of("Content-Type", "text/event-stream"), events);
    }

    private ObjectNode chunk(JsonNode request, XaiThought thought, String piece, @Nullable String finish) {
        ObjectNode body = head("chat.completion.chunk", request, thought);
        ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
        choice.putObject("delta").put("role", "assistant").put("content", piece);
        choice.put("finish_reason", finish);
        return body;
    }

    private ObjectNode head(String object, JsonNode request, XaiThought thought) {
        return JSON.createObjectNode().put("id", thought.id()).put("object", object).put("created", created())
                .put("model", request.path("model").asText()).put("system_fingerprint", "fp_sandbox");
    }

    private ObjectNode describe(String name) {
        return JSON.createObjectNode().put("id", name).put("created", 1_757_000_000L).put("object", "model").put("owned_by", "xai");
    }

    private long created() {
        return clock.instant().getEpochSecond();
    }

    static Optional<Reply> failure(Fault fault) {
        return Optional.ofNullable(switch (fault) {
            case RATE_LIMIT -> error(429, "resource-exhausted", "Too many requests for team"
                    + " 00000000-0000-0000-0000-000000000000 and model grok-4-fast-reasoning. Requests per Minute (actual/limit): 2/2.");
            case OUT_OF_CREDIT -> error(429, "resource-exhausted", "Your team 00000000-0000-0000-0000-000000000000 has either"
                    + " used all available credits or reached its monthly spending limit.");
            case PERMISSION_DENIED -> error(403, "permission-denied", "Your team 00000000-0000-0000-0000-000000000000 has either"
                    + " used all available credits or reached its monthly spending limit.");
            case SERVER_ERROR -> error(500, "internal", "Internal server error.");
            case OPENAI_ERROR -> json(503, JSON.createObjectNode().set("error", JSON.createObjectNode()
                    .put("message", "The service is overloaded.").put("type", "server_error").put("code", "overloaded")));
            case GARBAGE -> new Reply(200, Map.of("Content-Type", "text/html"), List.of("<html>Bad gateway</html>"));
            default -> null;
        });
    }

    static String event(JsonNode data) {
        return "data: " + data + "\n\n";
    }

    static Reply json(int status, JsonNode body) {
        return new Reply(status, PLAIN, List.of(body.toString()));
    }
}
