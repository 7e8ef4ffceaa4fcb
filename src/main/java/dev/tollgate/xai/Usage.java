package dev.tollgate.xai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalLong;

/**
 * What a call used, as the answer says. xAI's {@code completion_tokens} leaves the reasoning out, unlike OpenAI's:
 * {@code total = prompt + completion + reasoning}. The responses endpoint names its counts otherwise.
 *
 * @param promptTokens     read, cached ones included
 * @param completionTokens written into the answer
 * @param reasoningTokens  written before it, billed as output
 * @param totalTokens      all of them
 * @param costInUsdTicks   the final price in 1/10,000,000,000 US dollar, when the answer names one
 */
public record Usage(long promptTokens, long completionTokens, long reasoningTokens, long totalTokens,
                    OptionalLong costInUsdTicks) {

    /** No usage was named. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, OptionalLong.empty());

    /** What is billed as output. */
    public long outputTokens() {
        return completionTokens + reasoningTokens;
    }

    /** @param usage the answer's {@code usage}; missing or of another kind: {@link #NONE} */
    static Usage of(JsonNode usage) {
        if (!usage.isObject()) {
            return NONE;
        }
        boolean responses = usage.has("input_tokens");
        long prompt = count(usage.path(responses ? "input_tokens" : "prompt_tokens"));
        long output = count(usage.path(responses ? "output_tokens" : "completion_tokens"));
        long reasoning = count(usage.path(responses ? "output_tokens_details" : "completion_tokens_details")
                .path("reasoning_tokens"));
        long total = usage.path("total_tokens").isIntegralNumber()
                ? count(usage.path("total_tokens")) : prompt + output + (responses ? 0 : reasoning);
        // Whether output_tokens of the responses endpoint hold the reasoning, the total says.
        long completion = responses ? Math.max(0, total - prompt - reasoning) : output;
        JsonNode ticks = usage.path("cost_in_usd_ticks");
        return new Usage(prompt, completion, reasoning, total,
                ticks.isIntegralNumber() && ticks.canConvertToLong() ? OptionalLong.of(ticks.longValue()) : OptionalLong.empty());
    }

    private static long count(JsonNode number) {
        return Math.max(0, number.asLong(0));
    }
}
