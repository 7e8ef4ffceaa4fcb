package dev.tollgate.gemini;

/**
 * One request to {@code /gemini}, checked.
 *
 * @param method as the path takes it
 * @param target path and query at Gemini, as the caller wrote them but for the key
 * @param body byte for byte as it came, but for that question; null when there is none
 * @param kind whether it is paid, and how it is answered
 * @param isOtherForm whether the answer is asked for in a form other than JSON or events of it, in which counts cannot be read
 * @param asksUsage whether the gateway asks in the body what a stream used, which its caller does not
 * @param estimate tokens to reserve for it; 0 for one that costs nothing
 * @param origin where Gemini's paths begin at this gateway, as the caller wrote it
 */
public record DropInRequest(String method, String target, byte[] body, GeminiPaths.Kind kind, boolean isOtherForm,
        boolean asksUsage, long estimate, String origin) {

    /** Name of the variable of a request. */
    static final String CALL = "call";

    /** Whether the call is paid. */
    boolean isPaid() {
        return kind != GeminiPaths.Kind.FREE;
    }

    /** Whether the answer is made piece by piece. */
    boolean isStream() {
        return kind == GeminiPaths.Kind.STREAM;
    }

    /** Whether it must be made with the key of one project, because what it names belongs to that. */
    boolean isOfAProject() {
        return GeminiPaths.isOfAProject(target.split("\\?", 2)[0]) || GeminiPaths.namesWhatIsOfAProject(body);
    }

    @Override
    public String toString() {
        return "%s %s".formatted(method, kind);
    }
}
