package dev.tollgate.gemini;

import java.io.IOException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * What a 200 answer of {@code generateContent} says. It can still be a refusal: a blocked prompt has no candidates at all, a
 * blocked candidate has no content.
 *
 * @param outcome whether there is a result
 * @param invoice the model's JSON object; null unless extracted
 * @param reason why there is no result; null if there is one
 */
record GeminiReply(Outcome outcome, JsonNode invoice, String reason) {

    enum Outcome {
        EXTRACTED, REFUSED, UNREADABLE,

        /** The model ended without a word, as it sometimes does; asked again it mostly answers. */
        SILENT
    }

    /** Finish reasons by which the model declines this input; others but STOP leave an answer that is not whole. */
    private static final Set<String> DECLINED = Set.of("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT",
            "SPII", "LANGUAGE", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION");

    private static final Pattern FENCE = Pattern.compile("(?s)(```|~~~)[ \\w]*\\s*([\\[{].*?)(?:\\1|$)");
    private static final Pattern BEFORE = Pattern.compile("^[\\s\u00a0\ufeff`]*(?:json\\s+)?");
    private static final Pattern OPENED_TWICE = Pattern.compile("(?s)[\\[{]\\s*(\\{.*)");
    private static final Pattern TOO_MUCH = Pattern.compile("[\\s\u00a0`;}\\]]*");

    static GeminiReply read(byte[] body, ObjectMapper mapper) {
        ObjectReader json = mapper.reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS) // 12.50 stays 12.50
                .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
        ObjectReader lenient = json.with(JsonReadFeature.ALLOW_TRAILING_COMMA); // as models write it
        JsonNode root = tree(body, json.with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS));
        if (!root.isObject()) {
            return new GeminiReply(Outcome.UNREADABLE, null, "the answer is not a JSON object");
        }
        String blocked = root.path("promptFeedback").path("blockReason").asText("");
        if (!blocked.isEmpty()) {
            return new GeminiReply(Outcome.REFUSED, null, "the prompt was blocked: " + blocked);
        }
        JsonNode candidate = root.path("candidates").path(0);
        String finish = candidate.path("finishReason").asText("STOP");
        if (DECLINED.contains(finish)) {
            return new GeminiReply(Outcome.REFUSED, null, "the model declined: " + finish);
        }
        String text = text(candidate);
        if (candidate.has("finishReason") && finish.equals("STOP") && text.isBlank()) {
            return new GeminiReply(Outcome.SILENT, null, "the model ended without a word (finish reason STOP)");
        }
        JsonNode invoice = object(text, lenient);
        if (!finish.equals("STOP") || !invoice.isObject()) {
            return new GeminiReply(Outcome.UNREADABLE, null,
                    "the answer holds no whole JSON object (finish reason " + finish + ")");
        }
        return new GeminiReply(Outcome.EXTRACTED, invoice, null);
    }

    /** The model's object, also in a fence with words around it, as the only one of a list, or with a bracket too much on either side. */
    private static JsonNode object(String answer, ObjectReader json) {
        Matcher fence = FENCE.matcher(answer);
        String text = fence.find() ? fence.group(2) : BEFORE.matcher(answer).replaceFirst("");
        JsonNode found = first(text, json);
        Matcher opened = OPENED_TWICE.matcher(text);
        if (found.isMissingNode() && opened.matches()) {
            found = first(opened.group(1), json);
        }
        return found.isArray() && found.size() == 1 ? found.path(0) : found;
    }

    /** The value that the text begins with, if nothing but closing brackets follows it. */
    private static JsonNode first(String text, ObjectReader json) {
        try (JsonParser parser = json.createParser(text)) {
            JsonNode value = json.readTree(parser);
            String rest = text.substring((int) parser.currentLocation().getCharOffset());
            return value != null && TOO_MUCH.matcher(rest).matches() ? value : MissingNode.getInstance();
        }
        catch (IOException notJson) {
            return MissingNode.getInstance();
        }
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
