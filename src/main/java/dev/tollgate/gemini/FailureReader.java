package dev.tollgate.gemini;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import org.apache.camel.CamelExecutionException;

import dev.tollgate.gateway.CallerGoneException;
import dev.tollgate.gateway.Plausible;
import dev.tollgate.gemini.UpstreamFailure.Kind;
import dev.tollgate.logging.Redactor;

/**
 * Tells failures apart. Retried are: no connection, time-out, 408, 429, 500, 502, 503, 504; never what is wrong with
 * the input. A quota that lasts for the day is not retried with the same key.
 *
 * <p>Gemini sends no {@code Retry-After}; the wait is in {@code error.details[].retryDelay} ("26s"). Both are read.
 */
final class FailureReader {

    private static final Set<Integer> RETRYABLE = Set.of(408, 429, 500, 502, 503, 504);
    private static final Pattern SECONDS = Pattern.compile("(\\d{1,9})(?:\\.(\\d{1,9}))?s?");
    private static final int MESSAGE_LIMIT = 500;
    private static final Map<String, Integer> STATUSES = Map.of("INVALID_ARGUMENT", 400, "FAILED_PRECONDITION", 400,
            "UNAUTHENTICATED", 401, "PERMISSION_DENIED", 403, "NOT_FOUND", 404, "RESOURCE_EXHAUSTED", 429, "CANCELLED", 499,
            "UNAVAILABLE", 503, "DEADLINE_EXCEEDED", 504);

    private final ObjectMapper json;

    FailureReader(ObjectMapper json) {
        this.json = json;
    }

    /** An answer that is not 2xx. */
    UpstreamFailure read(int status, String retryAfter, byte[] body) {
        return read(status, retryAfter, errorOf(body));
    }

    /** An error inside a reply that began with 200: what it says itself is its status. */
    UpstreamFailure inside(JsonNode error) {
        int code = error.path("code").asInt();
        int named = STATUSES.getOrDefault(error.path("status").asText(""), 500);
        return read(code >= 400 && code < 600 ? code : named, null, error);
    }

    /** A reply with this 2xx that was none, with or without a body. */
    static UpstreamFailure noAnswer(int status, String why, Kind kind) {
        return new UpstreamFailure(kind, status, "HTTP %d: %s".formatted(status, why), kind == Kind.ENDPOINT, null);
    }

    private static UpstreamFailure read(int status, String retryAfter, JsonNode error) {
        String code = error.path("status").asText("");
        String message = "HTTP %d %s: %s".formatted(status, code, error.path("message").asText("no message")).strip();
        message = clean(message);
        Duration wait = waitAskedFor(error, retryAfter).orElse(null);
        if (status == 429) {
            return new UpstreamFailure(Kind.QUOTA, status, message, !isForTheDay(error), wait);
        }
        if (status == 401 || status == 403 || isKeyInvalid(error)) {
            return new UpstreamFailure(Kind.KEY, status, message, false, wait);
        }
        if (RETRYABLE.contains(status)) {
            return new UpstreamFailure(Kind.ENDPOINT, status, message, true, wait);
        }
        boolean input = status == 413 || status == 415 || status == 422
                || status == 400 && !"FAILED_PRECONDITION".equals(code);
        return new UpstreamFailure(input ? Kind.INPUT : status >= 500 ? Kind.ENDPOINT : Kind.OTHER, status, message,
                false, wait);
    }

    /** No answer at all. */
    UpstreamFailure read(Throwable thrown) {
        Throwable cause = thrown instanceof CamelExecutionException && thrown.getCause() != null
                ? thrown.getCause() : thrown;
        if (cause instanceof UpstreamFailure failure) {
            return failure;
        }
        boolean io = cause instanceof IOException && !(cause instanceof CallerGoneException);
        String what = cause instanceof ConnectException || cause instanceof UnknownHostException
                ? "No connection" : io ? "No answer" : "Failed";
        return new UpstreamFailure(io ? Kind.ENDPOINT : Kind.OTHER, 0,
                clean(what + ": " + cause.getClass().getSimpleName() + ": " + cause.getMessage()), io, null);
    }

    /** Google names a suspended key in full; nothing of it may reach a log or a table. */
    private static String clean(String message) {
        String clean = Redactor.redact(message);
        return clean.length() > MESSAGE_LIMIT ? clean.substring(0, MESSAGE_LIMIT) : clean;
    }

    /** The error object: bare, or first of an array as in streams; empty where the body is something else. */
    private JsonNode errorOf(byte[] body) {
        try {
            JsonNode root = body == null || body.length == 0 ? MissingNode.getInstance() : json.readTree(body);
            return (root.isArray() ? root.path(0) : root).path("error");
        }
        catch (IOException notJson) {
            return MissingNode.getInstance(); // a proxy's page, say: the status alone decides
        }
    }

    private static boolean isKeyInvalid(JsonNode error) {
        return stream(error).anyMatch(detail -> "API_KEY_INVALID".equals(detail.path("reason").asText()))
                || error.path("message").asText("").startsWith("API key not valid");
    }

    private static boolean isForTheDay(JsonNode error) {
        return stream(error).flatMap(detail -> iterate(detail.path("violations")))
                .anyMatch(violation -> violation.path("quotaId").asText("").contains("PerDay"));
    }

    private static Optional<Duration> waitAskedFor(JsonNode error, String retryAfter) {
        return Stream.concat(stream(error).map(detail -> detail.path("retryDelay").asText("")), Stream.ofNullable(retryAfter))
                .flatMap(text -> seconds(text).stream()).filter(wait -> !wait.isZero()).findFirst();
    }

    /** "26s", "1.5s" or "26", a day at most; anything else is no wait that we can keep. */
    static Optional<Duration> seconds(String text) {
        Matcher matcher = SECONDS.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String fraction = matcher.group(2) == null ? "0" : matcher.group(2);
        return Optional.of(Plausible.wait(Duration.ofSeconds(Long.parseLong(matcher.group(1)),
                Long.parseLong((fraction + "000000000").substring(0, 9)))));
    }

    private static Stream<JsonNode> stream(JsonNode error) {
        return iterate(error.path("details"));
    }

    private static Stream<JsonNode> iterate(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
