package dev.tollgate.xai;

import java.io.IOException;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestProblem;

/**
 * The steps of {@code POST /learn}: a person's text goes straight to the API, past quota and cache, as the "Token
 * Management Strategy" of the system it replaces has it, because it is asked by hand and not in a loop.
 */
public final class LearnPolicy {

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

    /**
     * What the API's answer says; a truncated one is better than none to a person.
     *
     * @throws Refusal 502 when there is no answer in it
     */
    public Map<String, String> answer(@Body byte[] body) {
        JsonNode content;
        try {
            content = Json.STRICT.readTree(body).path("choices").path(0).path("message").path("content");
        } catch (IOException notJson) {
            throw Refusal.of(502, "the answer is not JSON.");
        }
        if (!content.isTextual()) {
            throw Refusal.of(502, "the model gave no answer.");
        }
        return Map.of("answer", content.textValue());
    }
}
