package dev.tollgate.sandbox;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tollgate.sandbox.XaiSimulator.Fault;

/**
 * What the simulated model makes of a request; the same request has the same thought. A price above 500 is unreasonable,
 * any other reasonable; a text without a price is judged by its check sum.
 */
record XaiThought(String id, @Nullable String content, String finishReason, @Nullable Fault fault, int promptTokens, int reasoningTokens) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of chat, responses and messages. */
    private static final List<String> SCHEMAS = List.of("/response_format/json_schema/schema", "/text/format/schema", "/output_config/format/schema");
    private static final Pattern PRICE = Pattern.compile("(?i)price[^:\\n]*: *\\$?([0-9]{1,12}(?:\\.[0-9]{1,9})?)");
    private static final BigDecimal DEAR = BigDecimal.valueOf(500);
    private static final long TICKS_PER_PROMPT_TOKEN = 2_000;
    private static final long TICKS_PER_OUTPUT_TOKEN = 5_000;

    static XaiThought about(JsonNode request, Optional<Fault> fault) {
        JsonNode said = request.has("messages") ? request.path("messages") : request.path("input");
        JsonNode last = said.isArray() ? said.path(said.size() - 1).path("content") : said;
        String text = last.isTextual() ? last.textValue() : last.size() == 1 && last.at("/0/text").isTextual()
                ? last.at("/0/text").textValue() : last.toString();
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        String content = content(request, text, sum.getValue());
        String finish = "stop";
        if (fault.isPresent()) {
            content = switch (fault.get()) {
                case TRUNCATED -> content.substring(0, content.length() / 2);
                case WRONG_SCHEMA -> "{\"reasonable\":\"maybe\"}";
                case REFUSAL, EMPTY, TOOL_CALL -> null;
                default -> content;
            };
            finish = switch (fault.get()) {
                case TRUNCATED -> "length";
                case TOOL_CALL -> "tool_calls";
                default -> "stop";
            };
        }
        return new XaiThought(Long.toHexString(sum.getValue() | 1L << 32) + "-sandbox", content, finish, fault.orElse(null),
                20 + said.toString().length() / 4, 100 + (int) (sum.getValue() % 100));
    }

    ObjectNode message() {
        ObjectNode message = JSON.createObjectNode().put("role", "assistant").put("content", content)
                .put("refusal", fault == Fault.REFUSAL ? "I cannot help with that." : null);
        if (fault == Fault.TOOL_CALL) {
            message.putArray("tool_calls").addObject().put("id", "call_1").put("type", "function").putObject("function")
                    .put("name", "look_up").put("arguments", "{}");
        }
        return message;
    }

    /** The content in words, as it would be streamed. */
    List<String> pieces() {
        return content == null ? List.of("") : Arrays.asList(content.split("(?<= )"));
    }

    ObjectNode usage() {
        ObjectNode usage = JSON.createObjectNode().put("prompt_tokens", promptTokens).put("completion_tokens", completionTokens()
                + (fault == Fault.REASONING_INSIDE ? reasoningTokens : 0)).put("total_tokens", promptTokens + completionTokens() + reasoningTokens);
        usage.putObject("prompt_tokens_details").put("text_tokens", promptTokens).put("audio_tokens", 0).put("image_tokens", 0)
                .put("cached_tokens", 0);
        usage.putObject("completion_tokens_details").put("reasoning_tokens", reasoningTokens).put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0).put("rejected_prediction_tokens", 0);
        return usage.put("num_sources_used", 0).put("cost_in_usd_ticks", ticks());
    }

    ObjectNode responseUsage() {
        ObjectNode usage = JSON.createObjectNode().put("input_tokens", promptTokens).put("output_tokens", completionTokens())
                .put("total_tokens", promptTokens + completionTokens() + reasoningTokens);
        usage.putObject("input_tokens_details").put("cached_tokens", 0);
        usage.putObject("output_tokens_details").put("reasoning_tokens", reasoningTokens);
        return usage.put("cost_in_usd_ticks", ticks());
    }

    int completionTokens() {
        return content == null ? 0 : 1 + content.length() / 4;
    }

    private long ticks() {
        return promptTokens * TICKS_PER_PROMPT_TOKEN + (completionTokens() + reasoningTokens) * TICKS_PER_OUTPUT_TOKEN;
    }

    private static String content(JsonNode request, String text, long sum) {
        JsonNode properties = SCHEMAS.stream().map(request::at).filter(JsonNode::isObject).findFirst().orElse(MissingNode.getInstance())
                .path("properties");
        if (properties.isEmpty()) {
            return "This is the sandbox; you said: " + (text.length() <= 80 ? text : text.substring(0, 80) + "…");
        }
        Matcher price = PRICE.matcher(text);
        boolean reasonable = price.find() ? new BigDecimal(price.group(1)).compareTo(DEAR) <= 0 : sum % 2 == 0;
        ObjectNode answer = JSON.createObjectNode();
        properties.properties().forEach(property -> {
            switch (property.getValue().path("type").asText()) {
                case "boolean" -> answer.put(property.getKey(), reasonable);
                case "number", "integer" -> answer.put(property.getKey(), sum % 100);
                default -> answer.put(property.getKey(), "sandbox");
            }
        });
        return answer.toString();
    }
}
