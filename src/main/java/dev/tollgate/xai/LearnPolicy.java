package dev.tollgate.xai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.gateway.RequestProblem;
import dev.tollgate.gateway.Refusal;
import java.io.IOException;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/**
 * The steps of {@code POST /learn}: a person's text goes straight to the API, past quota and cache, as the "Token
 * Management Strategy" of the system it replaces has it, because it is asked by hand and not in a loop.
 */
public final class LearnPolicy {

    /** What the API said. */
    public sealed interface Reply {
        /** What the call used, whether its answer is of any use or not. */
        Usage usage();

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

    /**
     * The body of the request to {@code /v1/chat/completions} for a body of {@code POST /learn}.
     *
     * @throws Refusal 400 that names the field, 413 for a body over the limit
     */
    public byte[] request(@Body byte[] body, @ExchangeProperty(RequestProblem.PROPERTY) RequestProblem problem) {
        ObjectNode request = Json.STRICT.createObjectNode().put("model", model);
        request.putArray("messages").addObject().put("role", "user").put("content", text(XaiBody.of(body, problem)));
        try {
            return Json.STRICT.writeValueAsBytes(request);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of texts can always be written", impossible);
        }
    }

    private String text(byte[] body) {
        JsonNode text;
        try {
            text = Json.STRICT.readTree(body).path("text");
        } catch (IOException notJson) {
            throw Refusal.of(400, "The body is not JSON. Send {\"text\":\"…\"}.");
        }
        if (!text.isTextual() || text.textValue().isBlank()) {
            throw Refusal.of(400, "text is missing or not a text: send {\"text\":\"…\"}.");
        }
        if (text.textValue().length() > maxChars) {
            throw Refusal.of(400, "text has " + text.textValue().length() + " characters: send at most " + maxChars + ".");
        }
        return text.textValue();
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

    /** @throws Refusal 502 when there is no answer in it */
    public Map<String, String> answer(Reply reply) {
        if (reply instanceof Reply.Failed failed) {
            throw Refusal.of(502, failed.reason() + ".");
        }
        return Map.of("answer", ((Reply.Answered) reply).answer());
    }
}
