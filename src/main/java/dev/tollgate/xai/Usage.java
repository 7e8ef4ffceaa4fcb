package dev.tollgate.xai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.gateway.Plausible;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What a call used, as the answer says. xAI's {@code completion_tokens} leaves the reasoning out, unlike OpenAI's:
 * {@code total = prompt + completion + reasoning}. The responses endpoint names its counts otherwise.
 *
 * @param promptTokens     read, cached ones included
 * @param completionTokens written into the answer
 * @param reasoningTokens  written before it, billed as output
 * @param totalTokens      all of them
 * @param costInUsdTicks   the final price in 1/10,000,000,000 US dollar, when the answer names one
 * @param odd              figures of the answer that cannot be true and were bounded (see {@link Plausible}); null for none
 */
public record Usage(long promptTokens, long completionTokens, long reasoningTokens, long totalTokens,
                    OptionalLong costInUsdTicks, String odd) {

    /** No usage was named. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, OptionalLong.empty());

    /** Without an odd figure. */
    public Usage(long promptTokens, long completionTokens, long reasoningTokens, long totalTokens,
            OptionalLong costInUsdTicks) {
        this(promptTokens, completionTokens, reasoningTokens, totalTokens, costInUsdTicks, null);
    }

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
        Plausible.Count prompt = count(usage.path(responses ? "input_tokens" : "prompt_tokens"));
        Plausible.Count output = count(usage.path(responses ? "output_tokens" : "completion_tokens"));
        Plausible.Count reasoning = count(usage.path(responses ? "output_tokens_details" : "completion_tokens_details")
                .path("reasoning_tokens"));
        Plausible.Count told = count(usage.path("total_tokens"));
        Plausible.Count ticks = Plausible.count(usage.path("cost_in_usd_ticks"), Plausible.MOST_TICKS);
        long parts = prompt.value() + output.value() + (responses ? 0 : reasoning.value());
        boolean partsHold = parts > 0 && !prompt.isOdd() && !output.isOdd() && !reasoning.isOdd();
        boolean partsCount = !usage.hasNonNull("total_tokens") || told.isOdd() && (partsHold || told.value() == 0);
        long total = Math.min(Plausible.MOST_TOKENS, partsCount ? parts : told.value());
        // Whether output_tokens of the responses endpoint hold the reasoning, the total says.
        long completion = responses ? Math.max(0, total - prompt.value() - reasoning.value()) : output.value();
        boolean priced = usage.hasNonNull("cost_in_usd_ticks") && (!ticks.isOdd() || ticks.value() > 0);
        return new Usage(prompt.value(), completion, reasoning.value(), total,
                priced ? OptionalLong.of(ticks.value()) : OptionalLong.empty(),
                joined(prompt.odd(), output.odd(), reasoning.odd(), told.odd(), ticks.odd()));
    }

    private static Plausible.Count count(JsonNode number) {
        return Plausible.count(number, Plausible.MOST_TOKENS);
    }

    private static String joined(String... odd) {
        String joined = Arrays.stream(odd).filter(Objects::nonNull).limit(3).collect(Collectors.joining(", "));
        return joined.isEmpty() ? null : joined;
    }
}
