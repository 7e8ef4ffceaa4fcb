package dev.tollgate.gemini;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tollgate.gateway.Plausible;
import dev.tollgate.ledger.UsageDetails;

/**
 * What a call cost, in tokens. Missing numbers are 0; none is greater than {@link Plausible#MOST_TOKENS}.
 *
 * @param input {@code promptTokenCount} (which includes cached tokens) + {@code toolUsePromptTokenCount}
 * @param output {@code candidatesTokenCount} + {@code thoughtsTokenCount} (which the former excludes)
 * @param textPrompt TEXT share of the prompt
 * @param imagePrompt IMAGE and DOCUMENT share of the prompt
 * @param textCandidates TEXT share of the candidates
 * @param total {@code totalTokenCount} as reported; input + output where it is absent or 0, or absurd and they are not
 * @param details parts of these that have a price of their own; null where nothing was named
 * @param odd what the reply named that cannot be true, such as {@code totalTokenCount=9223372036854775807}; null for nothing
 * @see <a href="https://ai.google.dev/api/generate-content#UsageMetadata">Gemini: UsageMetadata</a>
 */
record TokenUsage(long input, long output, long textPrompt, long imagePrompt, long textCandidates, long total,
        UsageDetails details, String odd) {

    static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0, 0, null, null);

    private static final String TOTAL = "totalTokenCount";
    private static final String PROMPT = "promptTokensDetails";
    private static final String CANDIDATES = "candidatesTokensDetails";

    /** Thoughts of the OpenAI-compatible path are in the total only, and its parts do not add up to it. */
    private static final Map<String, String> OTHER_WORDS = Map.of("prompt_tokens", "promptTokenCount",
            "completion_tokens", "candidatesTokenCount", "total_tokens", TOTAL, "total_input_tokens", "promptTokenCount",
            "total_output_tokens", "candidatesTokenCount", "total_thought_tokens", "thoughtsTokenCount",
            "total_cached_tokens", "cachedContentTokenCount", "total_tool_use_tokens", "toolUsePromptTokenCount");

    /** What {@code usageMetadata} says, or {@code usage} of the OpenAI-compatible path or of an interaction. */
    static TokenUsage of(JsonNode told) {
        JsonNode usage = inGeminisWords(told);
        Counts counts = new Counts();
        long input = sum(counts.of(usage, "promptTokenCount"), counts.of(usage, "toolUsePromptTokenCount"));
        long output = sum(counts.of(usage, "candidatesTokenCount"), counts.of(usage, "thoughtsTokenCount"));
        boolean partsHold = counts.odd.isEmpty() && input + output > 0;
        Plausible.Count stated = Plausible.count(usage.path(TOTAL), Plausible.MOST_TOKENS);
        long total = counts.of(usage, TOTAL);
        if (!usage.hasNonNull(TOTAL) || (stated.isOdd() ? partsHold || total == 0 : total == 0)) {
            total = sum(input, output);
        }
        Counts parts = new Counts();
        UsageDetails details = new UsageDetails(parts.of(usage, "cachedContentTokenCount"),
                share(parts, usage, "cacheTokensDetails", Set.of("AUDIO")), parts.of(usage, "thoughtsTokenCount"),
                parts.of(usage, "toolUsePromptTokenCount"), share(parts, usage, PROMPT, Set.of("DOCUMENT")),
                share(parts, usage, PROMPT, Set.of("AUDIO")), share(parts, usage, PROMPT, Set.of("VIDEO")),
                share(parts, usage, CANDIDATES, Set.of("IMAGE")), share(parts, usage, CANDIDATES, Set.of("AUDIO")));
        TokenUsage named = new TokenUsage(input, output, share(counts, usage, PROMPT, Set.of("TEXT")),
                share(counts, usage, PROMPT, Set.of("IMAGE", "DOCUMENT")), share(counts, usage, CANDIDATES, Set.of("TEXT")), total,
                details, counts.odd.isEmpty() ? null : String.join(", ", counts.odd));
        return input + output + total == 0 && !named.isOdd() ? NONE : named;
    }

    /** Whether a count of tokens is in it, be it 0; a service tier or a type of traffic alone is none. */
    static boolean names(JsonNode usage) {
        return Stream.of(TOTAL, "promptTokenCount", "candidatesTokenCount").anyMatch(inGeminisWords(usage)::hasNonNull);
    }

    private static JsonNode inGeminisWords(JsonNode usage) {
        if (OTHER_WORDS.keySet().stream().noneMatch(usage::hasNonNull)) {
            return usage;
        }
        ObjectNode words = JsonNodeFactory.instance.objectNode();
        OTHER_WORDS.forEach((theirs, ours) -> {
            if (usage.hasNonNull(theirs)) {
                words.set(ours, usage.path(theirs));
            }
        });
        JsonNode cached = usage.path("prompt_tokens_details").path("cached_tokens");
        if (!cached.isMissingNode()) {
            words.set("cachedContentTokenCount", cached);
        }
        long thoughts = usage.path("total_tokens").asLong() - usage.path("prompt_tokens").asLong() - usage.path("completion_tokens").asLong();
        if (usage.hasNonNull("completion_tokens") && thoughts > 0 && thoughts < Plausible.MOST_TOKENS) {
            words.put("thoughtsTokenCount", thoughts);
        }
        return words;
    }

    /** The same, where it is less than this many tokens raised to them; for a call whose last word was not heard. */
    TokenUsage atLeast(long tokens) {
        return total >= tokens ? this
                : new TokenUsage(input, Math.max(output, tokens - input), textPrompt, imagePrompt, textCandidates, tokens,
                        details, odd);
    }

    /** The same, no figure greater than this. */
    TokenUsage atMost(long tokens) {
        return new TokenUsage(Math.min(input, tokens), Math.min(output, tokens), Math.min(textPrompt, tokens),
                Math.min(imagePrompt, tokens), Math.min(textCandidates, tokens), Math.min(total, tokens),
                tokens < total ? null : details, odd);
    }

    /** Nothing was named; what is absurd was named. */
    boolean isNone() {
        return equals(NONE);
    }

    boolean isOdd() {
        return odd != null;
    }

    private static long sum(long a, long b) {
        return Math.min(Plausible.MOST_TOKENS, a + b);
    }

    private static long share(Counts counts, JsonNode usage, String details, Set<String> modalities) {
        long sum = 0;
        for (JsonNode detail : usage.path(details)) {
            if (modalities.contains(detail.path("modality").asText())) {
                sum = sum(sum, counts.of(detail, "tokenCount"));
            }
        }
        return sum;
    }

    /** Reads counts and notes the first few odd ones. */
    private static final class Counts {

        private static final int NOTED = 3;

        private final List<String> odd = new ArrayList<>();

        long of(JsonNode node, String field) {
            Plausible.Count count = Plausible.count(node.path(field), Plausible.MOST_TOKENS);
            if (count.isOdd() && odd.size() < NOTED) {
                odd.add(field + "=" + count.odd());
            }
            return count.value();
        }
    }
}
