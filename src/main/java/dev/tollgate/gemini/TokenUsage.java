package dev.tollgate.gemini;

import java.util.Set;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a call cost, in tokens. Missing numbers are 0.
 *
 * @param input {@code promptTokenCount} (which includes cached tokens) + {@code toolUsePromptTokenCount}
 * @param output {@code candidatesTokenCount} + {@code thoughtsTokenCount} (which the former excludes)
 * @param textPrompt TEXT share of the prompt
 * @param imagePrompt IMAGE and DOCUMENT share of the prompt
 * @param textCandidates TEXT share of the candidates
 * @param total {@code totalTokenCount} as reported, or input + output where it is absent
 * @see <a href="https://ai.google.dev/api/generate-content#UsageMetadata">Gemini: UsageMetadata</a>
 */
record TokenUsage(long input, long output, long textPrompt, long imagePrompt, long textCandidates, long total) {

    static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0, 0);

    static TokenUsage of(JsonNode usage) {
        long input = count(usage, "promptTokenCount") + count(usage, "toolUsePromptTokenCount");
        long output = count(usage, "candidatesTokenCount") + count(usage, "thoughtsTokenCount");
        long total = usage.hasNonNull("totalTokenCount") ? count(usage, "totalTokenCount") : input + output;
        return new TokenUsage(input, output, share(usage, "promptTokensDetails", Set.of("TEXT")),
                share(usage, "promptTokensDetails", Set.of("IMAGE", "DOCUMENT")),
                share(usage, "candidatesTokensDetails", Set.of("TEXT")), total);
    }

    /** The same, where it is less than this many tokens raised to them; for a call whose last word was not heard. */
    TokenUsage atLeast(long tokens) {
        return total >= tokens ? this
                : new TokenUsage(input, Math.max(output, tokens - input), textPrompt, imagePrompt, textCandidates, tokens);
    }

    boolean isNone() {
        return equals(NONE);
    }

    private static long count(JsonNode node, String field) {
        return Math.max(0, node.path(field).asLong(0));
    }

    private static long share(JsonNode usage, String details, Set<String> modalities) {
        return StreamSupport.stream(usage.path(details).spliterator(), false)
                .filter(detail -> modalities.contains(detail.path("modality").asText()))
                .mapToLong(detail -> count(detail, "tokenCount")).sum();
    }
}
