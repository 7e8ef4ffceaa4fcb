package dev.tollgate.xai;

import java.util.List;
import java.util.regex.Pattern;

import dev.tollgate.gateway.Refusal;

/** The part of xAI's API that passes here; the rest (files, batches, videos, collections) costs otherwise and is not counted. */
final class DropInPaths {

    /** What a call costs. */
    enum Kind {
        /** A streamed chat says what it used only if it is asked for. */
        CHAT,
        /** Counts against the day's quota, and is booked. */
        PAID,
        /** Fetches an answer that was counted when it was asked for, and that says only now what it used. */
        DEFERRED,
        /** Lists, counts, and answers that were booked when they were made. */
        FREE
    }

    private record Entry(String method, Pattern path, Kind kind) {
    }

    private static final String ID = "(?!\\.+$)[A-Za-z0-9._:-]{1,200}";
    private static final String LISTS = "/v1/(?:models|language-models|embedding-models|image-generation-models)";
    private static final List<Entry> ENTRIES = List.of(
            entry("POST", "/v1/chat/completions", Kind.CHAT),
            entry("POST", "/v1/(?:responses|messages|embeddings|images/generations|images/edits)", Kind.PAID),
            entry("GET", "/v1/chat/deferred-completion/" + ID, Kind.DEFERRED),
            entry("GET", "/v1/responses/" + ID, Kind.FREE),
            entry("DELETE", "/v1/responses/" + ID, Kind.FREE),
            entry("GET", LISTS, Kind.FREE),
            entry("GET", LISTS + "/" + ID, Kind.FREE),
            entry("POST", "/v1/tokenize-text", Kind.FREE),
            entry("GET", "/v1/api-key", Kind.FREE));

    private DropInPaths() {
    }

    private static Entry entry(String method, String path, Kind kind) {
        return new Entry(method, Pattern.compile(path), kind);
    }

    /**
     * @param path raw, from {@code /v1} on
     * @throws Refusal 404 or 405 for what does not pass
     */
    static Kind kind(String method, String path) {
        for (Entry entry : ENTRIES) {
            if (entry.method.equals(method) && entry.path.matcher(path).matches()) {
                return entry.kind;
            }
        }
        throw ENTRIES.stream().anyMatch(entry -> entry.path.matcher(path).matches())
                ? Refusal.of(405, "the method " + method + " is not allowed here")
                : Refusal.of(404, "this path does not pass the gateway: chat/completions, responses, messages, embeddings,"
                        + " images/generations, images/edits, models, tokenize-text, api-key and chat/deferred-completion do");
    }
}
