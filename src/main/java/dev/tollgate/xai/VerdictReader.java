package dev.tollgate.xai;

import java.io.IOException;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Reads a chat answer strictly: what is kept for ever must be one choice, finished by itself, with nothing but the verdict
 * in it. Refusals, truncated answers, several choices and tool calls are not.
 */
final class VerdictReader {

    private VerdictReader() {
    }

    static VerdictReading read(byte[] body, VerdictSchema schema) {
        JsonNode root;
        try {
            root = Json.STRICT.readTree(body);
        } catch (IOException notJson) {
            return new VerdictReading.Unusable("the answer is not JSON", Usage.NONE);
        }
        Usage usage = Usage.of(root.path("usage"));
        JsonNode choices = root.path("choices");
        if (!choices.isArray() || choices.size() != 1) {
            return new VerdictReading.Unusable("the answer has " + choices.size() + " choices instead of one", usage);
        }
        JsonNode choice = choices.get(0);
        String objection = objection(choice, choice.path("message"));
        if (objection != null) {
            return new VerdictReading.Unusable(objection, usage);
        }
        return schema.verdict(choice.path("message").path("content").textValue())
                .<VerdictReading>map(verdict -> new VerdictReading.Judged(verdict, usage))
                .orElseGet(() -> new VerdictReading.Unusable("the answer does not follow the verdict schema", usage));
    }

    private static String objection(JsonNode choice, JsonNode message) {
        String finish = choice.path("finish_reason").asText("");
        if (finish.equals("length")) {
            return "the answer is truncated";
        }
        if (!finish.equals("stop")) {
            return "the answer ended with finish_reason " + known(finish);
        }
        if (!message.path("refusal").asText("").isBlank() && !message.path("refusal").isNull()) {
            return "the model refused to answer";
        }
        if (message.path("tool_calls").size() > 0) {
            return "the model called a tool instead of answering";
        }
        return message.path("content").isTextual() ? null : "the answer is empty";
    }

    private static String known(String finish) {
        return switch (finish) {
            case "tool_calls", "content_filter", "end_turn" -> finish;
            default -> "unknown";
        };
    }
}
