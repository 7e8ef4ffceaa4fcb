package dev.tollgate.xai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * The steps of {@code POST /learn}: a person's text goes straight to the API, past quota and cache, as the "Token
 * Management Strategy" of the system it replaces has it, because it is asked by hand and not in a loop.
 */
public final class LearnPolicy {

    /** The body of {@code POST /learn}, checked. */
    public sealed interface Question {
        /** For routes, which cannot ask for a type. */
        default boolean isAccepted() {
            return this instanceof Accepted;
        }

        /** @param text what to pass on */
        record Accepted(String text) implements Question {
        }

        /** @param message names the field and the remedy */
        record Rejected(String message) implements Question {
        }
    }

    /** What the API said. */
    public sealed interface Reply {
        /** For routes, which cannot ask for a type. */
        default boolean isAnswered() {
            return this instanceof Answered;
        }

        /** @param answer the model's text */
        record Answered(String answer, Usage usage) implements Reply {
        }

        /** @param reason a sentence for the caller */
        record Failed(String reason, Usage usage) implements Reply {
        }
    }

    private final String model;
    private final int maxChars;

    LearnPolicy(XaiProperties properties) {
        this.model = properties.model();
        this.maxChars = properties.learnMaxChars();
    }

    /** Checks the body. */
    public Question read(byte[] body) {
        JsonNode text;
        try {
            text = Json.STRICT.readTree(body).path("text");
        } catch (IOException notJson) {
            return new Question.Rejected("The body is not JSON. Send {\"text\":\"…\"}.");
        }
        if (!text.isTextual() || text.textValue().isBlank()) {
            return new Question.Rejected("text is missing or not a text: send {\"text\":\"…\"}.");
        }
        return text.textValue().length() <= maxChars ? new Question.Accepted(text.textValue())
                : new Question.Rejected("text has " + text.textValue().length() + " characters: send at most " + maxChars + ".");
    }

    /** The body of the request to {@code /v1/chat/completions}. */
    public byte[] request(Question.Accepted question) {
        ObjectNode body = Json.STRICT.createObjectNode().put("model", model);
        body.putArray("messages").addObject().put("role", "user").put("content", question.text());
        try {
            return Json.STRICT.writeValueAsBytes(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of texts can always be written", impossible);
        }
    }

    /** Reads the API's answer; a truncated one is better than none to a person. */
    public Reply reply(byte[] body) {
        try {
            JsonNode root = Json.STRICT.readTree(body);
            JsonNode content = root.path("choices").path(0).path("message").path("content");
            Usage usage = Usage.of(root.path("usage"));
            return content.isTextual() ? new Reply.Answered(content.textValue(), usage)
                    : new Reply.Failed("the model gave no answer", usage);
        } catch (IOException notJson) {
            return new Reply.Failed("the answer is not JSON", Usage.NONE);
        }
    }
}
