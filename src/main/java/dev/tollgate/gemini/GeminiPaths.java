package dev.tollgate.gemini;

import java.util.List;
import java.util.regex.Pattern;

import dev.tollgate.gateway.Refusal;

/** The part of Gemini's API that passes here; the rest (files, batches, embeddings, tuning) costs otherwise. */
final class GeminiPaths {

    /** What becomes of a call. */
    enum Kind {

        /** Paid, and answered whole. */
        GENERATE,

        /** Paid, and answered piece by piece. */
        STREAM,

        /** Costs nothing. */
        FREE
    }

    private record Entry(String method, Pattern path, Kind kind) {
    }

    private static final String MODEL = "/v1beta/(?:models|tunedModels)/(?!\\.+:)[A-Za-z0-9._-]{1,200}(?::|%3[Aa])";
    private static final List<Entry> ENTRIES = List.of(
            entry("POST", MODEL + "generateContent", Kind.GENERATE),
            entry("POST", MODEL + "streamGenerateContent", Kind.STREAM),
            entry("POST", MODEL + "countTokens", Kind.FREE),
            entry("GET", "/v1beta/models", Kind.FREE),
            entry("GET", "/v1beta/models/(?!\\.+$)[A-Za-z0-9._-]{1,200}", Kind.FREE));

    private GeminiPaths() {
    }

    private static Entry entry(String method, String path, Kind kind) {
        return new Entry(method, Pattern.compile(path), kind);
    }

    /**
     * @param path raw, from {@code /v1beta} on
     * @throws Refusal 404 or 405 for what does not pass
     */
    static Kind kind(String method, String path) {
        List<Entry> there = ENTRIES.stream().filter(entry -> entry.path.matcher(path).matches()).toList();
        if (there.isEmpty()) {
            throw Refusal.of(404, "This path does not pass the gateway. Below /gemini/v1beta there are models,"
                    + " models/{model} and models/{model}: with generateContent, streamGenerateContent or countTokens.");
        }
        return there.stream().filter(entry -> entry.method.equals(method)).findFirst()
                .orElseThrow(() -> Refusal.of(405, "The method %s is not allowed here; %s is."
                        .formatted(method, there.get(0).method))).kind;
    }
}
