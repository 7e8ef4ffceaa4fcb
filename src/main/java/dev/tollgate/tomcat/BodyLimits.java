package dev.tollgate.tomcat;

import java.util.Map;
import java.util.Set;

/**
 * How large the body of a request may be, by its method and path: no larger than whoever reads it there has a use for.
 * Paths that pass bodies on to an upstream, and those of route files of one's own, have {@code tollgate.max-body-size}.
 */
final class BodyLimits {

    /** Nobody needs a body to read, to delete or to ask what there is; a query that some clients repeat in one fits. */
    static final long WITHOUT_BODY = 16 * 1024;

    /** A grant type, a key and a client's credentials. */
    static final long TOKEN_REQUEST = 8 * 1024;

    private static final String TOKEN_ENDPOINT = "/auth/o2/token";

    private static final Set<String> METHODS = Set.of("POST", "PUT", "PATCH");

    /** First parts of paths whose bodies are read as JSON here, with so many bytes at most. */
    private static final Map<String, Long> QUESTIONS = Map.of("judge", 64L * 1024, "learn", 1024L * 1024, "admin", 64L * 1024,
            "connect", 64L * 1024);

    /**
     * One limit.
     *
     * @param bytes most of a body
     * @param isOfTheDoor whether a larger body is refused by the door itself, before anybody is asked who calls; else the
     *                    route does it, in its own words
     */
    record Limit(long bytes, boolean isOfTheDoor) {
    }

    private final long general;

    /** @param general {@code tollgate.max-body-size}, or what the account of bodies holds where that is less */
    BodyLimits(long general) {
        this.general = general;
    }

    /** @param path decoded, as routes see it */
    Limit of(String method, String path) {
        if (!METHODS.contains(method)) {
            return new Limit(Math.min(general, WITHOUT_BODY), true);
        }
        if (path.equals(TOKEN_ENDPOINT)) {
            return new Limit(Math.min(general, TOKEN_REQUEST), true);
        }
        String first = path.substring(path.startsWith("/") ? 1 : 0).split("/", 2)[0];
        return new Limit(Math.min(general, QUESTIONS.getOrDefault(first, general)), false);
    }
}
