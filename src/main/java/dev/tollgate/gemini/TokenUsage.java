package dev.tollgate.gemini;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tollgate.gateway.Plausible;

/**
 * What a call cost, in tokens. Missing numbers are 0; none is greater than {@link Plausible#MOST_TOKENS}.
 *
 * @param input {@code promptTokenCount} (which includes cached tokens) + {@code toolUsePromptTokenCount}
 * @param output {@code candidatesTokenCount} + {@code thoughtsTokenCount} (which the former excludes)
 * @param textPrompt TEXT share of the prompt
 * @param imagePrompt IMAGE and DOCUMENT share of the prompt
 * @param textCandidates TEXT share of the candidates
 * @param total {@code totalTokenCount} as reported; input + output where it is absent, or absurd and they are not
 * @param odd what the reply named that cannot be true, such as {@code totalTokenCount=9223372036854775807}; null for nothing
 * @see <a href="https://ai.google.dev/api/generate-content#UsageMetadata">Gemini: UsageMetadata</a>
 */
record TokenUsage(long input, long output, long textPrompt, long imagePrompt, long textCandidates, long total, String odd) {

    static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0, 0);

    private static final String TOTAL = "totalTokenCount";

    TokenUsage(long input, long output, long textPrompt, long imagePrompt, long textCandidates, long total) {
        this(input, output, textPrompt, imagePrompt, textCandidates, total, null);
    }

    static TokenUsage of(JsonNode usage) {
        Counts counts = new Counts();
        long input = sum(counts.of(usage, "promptTokenCount"), counts.of(usage, "toolUsePromptTokenCount"));
        long output = sum(counts.of(usage, "candidatesTokenCount"), counts.of(usage, "thoughtsTokenCount"));
        boolean partsHold = counts.odd.isEmpty() && input + output > 0;
        Plausible.Count told = Plausible.count(usage.path(TOTAL), Plausible.MOST_TOKENS);
        long total = counts.of(usage, TOTAL);
        if (!usage.hasNonNull(TOTAL) || told.isOdd() && (partsHold || total == 0)) {
            total = sum(input, output);
        }
        return new TokenUsage(input, output, share(counts, usage, "promptTokensDetails", Set.of("TEXT")),
                share(counts, usage, "promptTokensDetails", Set.of("IMAGE", "DOCUMENT")),
                share(counts, usage, "candidatesTokensDetails", Set.of("TEXT")), total,
                counts.odd.isEmpty() ? null : String.join(", ", counts.odd));
    }

    /** The same, where it is less than this many tokens raised to them; for a call whose last word was not heard. */
    TokenUsage atLeast(long tokens) {
        return total >= tokens ? this
                : new TokenUsage(input, Math.max(output, tokens - input), textPrompt, imagePrompt, textCandidates, tokens, odd);
    }

    /** The same, no figure greater than this. */
    TokenUsage atMost(long tokens) {
        return new TokenUsage(Math.min(input, tokens), Math.min(output, tokens), Math.min(textPrompt, tokens),
                Math.min(imagePrompt, tokens), Math.min(textCandidates, tokens), Math.min(total, tokens), odd);
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
