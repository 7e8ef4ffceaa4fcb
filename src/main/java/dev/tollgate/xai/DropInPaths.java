package dev.tollgate.xai;

import dev.tollgate.gateway.Refusal;
import java.util.List;
import java.util.regex.Pattern;

/** The part of xAI's API that passes here; the rest (images, files, batches, keys) costs otherwise and is not counted. */
final class DropInPaths {

    private record Entry(String method, Pattern path, boolean billed) {
    }

    private static final String ID = "(?!\\.+$)[A-Za-z0-9._:-]{1,200}";
    private static final List<Entry> ENTRIES = List.of(
            entry("POST", "/v1/chat/completions", true),
            entry("POST", "/v1/responses", true),
            entry("GET", "/v1/responses/" + ID, false),
            entry("DELETE", "/v1/responses/" + ID, false),
            entry("GET", "/v1/chat/deferred-completion/" + ID, false),
            entry("GET", "/v1/models", false),
            entry("GET", "/v1/models/" + ID, false),
            entry("GET", "/v1/language-models", false),
            entry("GET", "/v1/language-models/" + ID, false));

    private DropInPaths() {
    }

    private static Entry entry(String method, String path, boolean billed) {
        return new Entry(method, Pattern.compile(path), billed);
    }

    /**
     * @param path raw, from {@code /v1} on
     * @return whether xAI is paid for it
     * @throws Refusal 404 or 405 for what does not pass
     */
    static boolean billed(String method, String path) {
        List<Entry> there = ENTRIES.stream().filter(entry -> entry.path.matcher(path).matches()).toList();
        if (there.isEmpty()) {
            throw Refusal.of(404, "this path does not pass the gateway: chat/completions, responses, models and"
                    + " chat/deferred-completion do");
        }
        return there.stream().filter(entry -> entry.method.equals(method)).findFirst()
                .orElseThrow(() -> Refusal.of(405, "the method " + method + " is not allowed here")).billed;
    }
}
