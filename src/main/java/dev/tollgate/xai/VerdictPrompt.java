package dev.tollgate.xai;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The question put to the model. The text is a template with {@code {{title}}}, {@code {{category}}}, {@code {{season}}}
 * and {@code {{price}}}; what stands before a line {@code ---} is the system message, what follows it the user's.
 * Values are filled in as JSON strings, in one pass: a title can neither break out of its line nor name another field.
 */
record VerdictPrompt(String system, String user) {

    private static final Pattern FIELD = Pattern.compile("\\{\\{([a-z]+)}}");
    private static final Pattern DIVIDER = Pattern.compile("(?m)^---[ \\t]*\\R");

    /** @throws IllegalArgumentException when the template names no title or no price, or a field that does not exist */
    static VerdictPrompt parse(String template) {
        String[] parts = DIVIDER.split(template, 2);
        VerdictPrompt prompt = parts.length == 2
                ? new VerdictPrompt(parts[0].strip(), parts[1].strip()) : new VerdictPrompt("", template.strip());
        if (!prompt.user.contains("{{title}}") || !prompt.user.contains("{{price}}")) {
            throw new IllegalArgumentException("The verdict prompt must hold {{title}} and {{price}} after its --- line");
        }
        fill(prompt.user, Map.of("title", "", "category", "", "season", "", "price", ""));
        return prompt;
    }

    /** The body of the request to {@code /v1/chat/completions}. */
    byte[] request(JudgeRequest question, String model, VerdictSchema schema) {
        ObjectNode body = Json.STRICT.createObjectNode();
        body.put("model", model);
        ArrayNode messages = body.putArray("messages");
        if (!system.isEmpty()) {
            messages.addObject().put("role", "system").put("content", system);
        }
        messages.addObject().put("role", "user").put("content", fill(user, Map.of(
                "title", quoted(question.title()), "category", quoted(question.category()),
                "season", quoted(question.season()), "price", question.price().toPlainString())));
        body.putObject("response_format").put("type", "json_schema").putObject("json_schema")
                .put("name", "verdict").put("strict", true).set("schema", schema.schema());
        return bytes(body);
    }

    private static String fill(String template, Map<String, String> values) {
        return FIELD.matcher(template).replaceAll(field -> {
            String value = values.get(field.group(1));
            if (value == null) {
                throw new IllegalArgumentException("The verdict prompt names {{" + field.group(1)
                        + "}}; there are {{title}}, {{category}}, {{season}} and {{price}}");
            }
            return Matcher.quoteReplacement(value);
        });
    }

    private static String quoted(String text) {
        return Json.STRICT.getNodeFactory().textNode(text).toString();
    }

    private static byte[] bytes(ObjectNode body) {
        try {
            return Json.STRICT.writeValueAsBytes(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of texts can always be written", impossible);
        }
    }
}
