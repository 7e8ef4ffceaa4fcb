package dev.tollgate.gemini;

/**
 * One request to {@code /gemini}, checked.
 *
 * @param method GET or POST
 * @param target path from {@code /v1beta} on and query, as the caller wrote them but for the key
 * @param body byte for byte as it came; null when there is none
 * @param kind whether it is paid, and how it is answered
 */
public record DropInRequest(String method, String target, byte[] body, GeminiPaths.Kind kind) {

    /** For routes: whether the call is paid. */
    public boolean isPaid() {
        return kind != GeminiPaths.Kind.FREE;
    }

    @Override
    public String toString() {
        return "%s %s".formatted(method, kind);
    }
}
