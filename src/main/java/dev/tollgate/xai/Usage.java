package dev.tollgate.xai;

import java.util.OptionalLong;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tollgate.gateway.Plausible;

/**
 * What a call used, as the answer says, in tokens. Input and output are always the total.
 *
 * @param inputTokens     read, cached ones included
 * @param outputTokens    billed as output, reasoning included
 * @param totalTokens     all of them
 * @param reasoningTokens of the output: written before the answer
 * @param cachedTokens    of the input: read from a cache
 * @param imageTokens     of the input: pictures
 * @param audioTokens     of the input: sound
 * @param costInUsdTicks  the final price in 1/10,000,000,000 US dollar, when the answer names one
 * @param odd             figures of the answer that cannot be true and were bounded (see {@link Plausible}); null for none
 */
public record Usage(long inputTokens, long outputTokens, long totalTokens, long reasoningTokens, long cachedTokens,
                    long imageTokens, long audioTokens, OptionalLong costInUsdTicks, String odd) {

    /** No usage was named. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0, 0, OptionalLong.empty(), null);

    /** Of a reply that did not say what it used. */
    static Usage guess(long inputTokens, long outputTokens) {
        long input = Math.min(inputTokens, Plausible.MOST_TOKENS);
        long output = Math.min(outputTokens, Plausible.MOST_TOKENS);
        return new Usage(input, output, input + output, 0, 0, 0, 0, OptionalLong.empty(), null);
    }

    /** Of the output: what stands in the answer. */
    public long completionTokens() {
        return outputTokens - reasoningTokens;
    }

    /** Of the input: neither picture nor sound. */
    long textTokens() {
        return Math.max(0, inputTokens - imageTokens - audioTokens);
    }

    /** @param usage the answer's {@code usage}; missing or of another kind: {@link #NONE} */
    static Usage of(JsonNode usage) {
        NamedUsage named = new NamedUsage();
        named.take(usage);
        return named.usage();
    }
}
