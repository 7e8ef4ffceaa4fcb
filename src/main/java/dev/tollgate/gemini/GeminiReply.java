package dev.tollgate.gemini;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * A 200 answer of {@code generateContent}: what it cost and what it says. A 200 can still be a refusal: a blocked
 * prompt has no candidates at all, a blocked candidate has no content, and both report usage.
 *
 * @param usage what the call cost, as reported
 * @param outcome whether there is a result
 * @param invoice the model's JSON object; null unless extracted
 * @param reason why there is no result; null if there is one
 */
record GeminiReply(TokenUsage usage, Outcome outcome, JsonNode invoice, String reason) {

    enum Outcome {
        EXTRACTED, REFUSED, UNREADABLE
    }

    /** Finish reasons by which the model declines this input; others but STOP leave an answer that is not whole. */
    private static final Set<String> DECLINED = Set.of("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT",
            "SPII", "LANGUAGE", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION");

    static GeminiReply read(byte[] body, ObjectMapper mapper) {
        ObjectReader json = mapper.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS) // 12.50 stays 12.50
                .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
        JsonNode root = tree(body, json);
        if (!root.isObject()) {
            return new GeminiReply(TokenUsage.NONE, Outcome.UNREADABLE, null, "the answer is not a JSON object");
        }
        TokenUsage usage = TokenUsage.of(root.path("usageMetadata"));
        String blocked = root.path("promptFeedback").path("blockReason").asText("");
        if (!blocked.isEmpty()) {
            return new GeminiReply(usage, Outcome.REFUSED, null, "the prompt was blocked: " + blocked);
        }
        JsonNode candidate = root.path("candidates").path(0);
        String finish = candidate.path("finishReason").asText("STOP");
        if (DECLINED.contains(finish)) {
            return new GeminiReply(usage, Outcome.REFUSED, null, "the model declined: " + finish);
        }
        JsonNode invoice = tree(text(candidate).getBytes(StandardCharsets.UTF_8), json);
        if (!finish.equals("STOP") || !invoice.isObject()) {
            return new GeminiReply(usage, Outcome.UNREADABLE, null,
                    "the answer holds no whole JSON object (finish reason " + finish + ")");
        }
        return new GeminiReply(usage, Outcome.EXTRACTED, invoice, null);
    }

    /** All text parts but the model's thoughts, joined. */
    private static String text(JsonNode candidate) {
        StringBuilder text = new StringBuilder();
        StreamSupport.stream(candidate.path("content").path("parts").spliterator(), false)
                .filter(part -> !part.path("thought").asBoolean()).forEach(part -> text.append(part.path("text").asText("")));
        return text.toString();
    }

    private static JsonNode tree(byte[] bytes, ObjectReader json) {
        try {
            JsonNode tree = json.readTree(bytes);
            return tree == null ? MissingNode.getInstance() : tree;
        }
        catch (IOException notJson) {
            return MissingNode.getInstance();
        }
    }
}
