package dev.tollgate.xai;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import dev.tollgate.gateway.Plausible;

/**
 * The usage that one reply names, once or with every piece of it. Counts are those of the whole call so far, so the greatest
 * of each counts, and a piece that names none takes nothing back.
 *
 * <p>What reasoning and cached tokens are part of differs: between endpoints, models and versions. Input and output are the
 * total, so the total says it.
 */
final class NamedUsage {

    private static final int ODD_ONES = 3;

    private enum Figure {
        INPUT("/prompt_tokens", "/input_tokens"),
        OUTPUT("/completion_tokens", "/output_tokens"),
        TOTAL("/total_tokens"),
        REASONING("/completion_tokens_details/reasoning_tokens", "/output_tokens_details/reasoning_tokens"),
        CACHED("/prompt_tokens_details/cached_tokens", "/input_tokens_details/cached_tokens"),
        /** The messages endpoint leaves what a cache gave out of its input. */
        CACHE_READ("/cache_read_input_tokens"),
        CACHE_WRITTEN("/cache_creation_input_tokens"),
        IMAGE("/prompt_tokens_details/image_tokens", "/input_tokens_details/image_tokens"),
        AUDIO("/prompt_tokens_details/audio_tokens", "/input_tokens_details/audio_tokens"),
        TICKS("/cost_in_usd_ticks");

        private final List<JsonPointer> places;

        Figure(String... places) {
            this.places = Stream.of(places).map(JsonPointer::compile).toList();
        }

        private JsonNode in(JsonNode usage) {
            return places.stream().map(usage::at).filter(node -> !node.isMissingNode() && !node.isNull()).findFirst()
                    .orElse(MissingNode.getInstance());
        }
    }

    private final Map<Figure, Plausible.Count> figures = new EnumMap<>(Figure.class);
    /** Bound: {@value #ODD_ONES}. */
    private final Set<String> odd = new LinkedHashSet<>();
    private boolean reasoningApart;

    /** Takes what one piece says; of another kind than an object it says nothing. */
    void take(JsonNode usage) {
        if (!usage.isObject()) {
            return;
        }
        reasoningApart |= usage.has("completion_tokens");
        for (Figure figure : Figure.values()) {
            JsonNode told = figure.in(usage);
            if (told.isMissingNode()) {
                continue;
            }
            Plausible.Count count = Plausible.count(told, figure == Figure.TICKS ? Plausible.MOST_TICKS : Plausible.MOST_TOKENS);
            figures.merge(figure, count, (before, now) -> now.value() > before.value() ? now : before);
            if (count.isOdd() && odd.size() < ODD_ONES) {
                odd.add(count.odd());
            }
        }
    }

    /** What all pieces together say; {@link Usage#NONE} where none said anything. */
    Usage usage() {
        long cached = value(Figure.CACHED);
        long given = value(Figure.CACHE_READ) + value(Figure.CACHE_WRITTEN);
        long reasoning = value(Figure.REASONING);
        long allInput = value(Figure.INPUT) + (given > 0 ? given : cached);
        long allOutput = value(Figure.OUTPUT) + reasoning;
        long input = given > 0 || cached > value(Figure.INPUT) ? allInput : value(Figure.INPUT);
        long output = reasoningApart || reasoning > value(Figure.OUTPUT) ? allOutput : value(Figure.OUTPUT);
        long total = input + output;
        if (isTotalTrue(total)) {
            total = value(Figure.TOTAL);
            input = inputOf(total, input, allInput, allOutput);
            output = total - input;
        }
        input = Math.min(input, Plausible.MOST_TOKENS);
        output = Math.min(output, Plausible.MOST_TOKENS);
        Plausible.Count ticks = figures.get(Figure.TICKS);
        boolean priced = ticks != null && (!ticks.isOdd() || ticks.value() > 0);
        return new Usage(input, output, Math.min(total, Plausible.MOST_TOKENS), Math.min(reasoning, output),
                Math.min(Math.max(cached, value(Figure.CACHE_READ)), input), Math.min(value(Figure.IMAGE), input),
                Math.min(value(Figure.AUDIO), input), priced ? OptionalLong.of(ticks.value()) : OptionalLong.empty(),
                odd.isEmpty() ? null : String.join(", ", odd));
    }

    /** @param total the input with which the sums are right, as far as one is; never more than the total */
    private long inputOf(long total, long input, long allInput, long allOutput) {
        boolean cachedApart = input != allInput && total != input + value(Figure.OUTPUT) && total != input + allOutput
                && (total == allInput + value(Figure.OUTPUT) || total == allInput + allOutput);
        return Math.min(total, cachedApart ? allInput : input);
    }

    /** A total that cannot be true gives way to parts that can; so does nothing to something. */
    private boolean isTotalTrue(long parts) {
        Plausible.Count total = figures.get(Figure.TOTAL);
        boolean partsHold = parts > 0 && Stream.of(Figure.INPUT, Figure.OUTPUT, Figure.REASONING)
                .map(figures::get).noneMatch(count -> count != null && count.isOdd());
        return total != null && (total.isOdd() ? !partsHold && total.value() > 0 : total.value() > 0 || parts == 0);
    }

    private long value(Figure figure) {
        Plausible.Count count = figures.get(figure);
        return count == null ? 0 : count.value();
    }
}
