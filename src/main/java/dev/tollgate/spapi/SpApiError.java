package dev.tollgate.spapi;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/**
 * One of the errors in an answer of the Selling Partner API. Real answers wrap them, {@code {"errors":[…]}}; the model of
 * the restrictions API and its static sandbox have a bare array: both are read.
 *
 * @param code    for example {@code Unauthorized} or {@code QuotaExceeded}
 * @param message for people
 * @param details more for people, often empty
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/resolve-common-http-and-authorization-error-codes">Amazon:
 *      Resolve common HTTP and authorization error codes</a>
 */
public record SpApiError(String code, String message, String details) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST = 500;
    private static final Pattern TOKEN_REFUSED = Pattern.compile("(?i)expired|token[^.]{0,60}\\b(?:revoked|malformed|invalid)\\b");

    /** The errors of an answer's body; empty when it holds none that can be read. */
    public static List<SpApiError> read(@Nullable String body) {
        try {
            return read(JSON.readTree(body == null ? "" : body));
        } catch (JsonProcessingException e) {
            return List.of(); // an answer from something in between; its status is all there is to know
        }
    }

    public static List<SpApiError> read(JsonNode body) {
        List<SpApiError> errors = new ArrayList<>();
        for (JsonNode one : body.isArray() ? body : body.path("errors")) {
            errors.add(new SpApiError(text(one, "code"), text(one, "message"), text(one, "details")));
        }
        return errors;
    }

    private static String text(JsonNode error, String field) {
        String text = error.path(field).asText("");
        return text.substring(0, Math.min(LONGEST, text.length()));
    }

    /**
     * Whether an answer means that Amazon does not take this access token, so that another one may help: it calls it expired,
     * or revoked, malformed or invalid, which it also says of live grants. It does so with 403; every other 403 (no role, no
     * token) is to pass through.
     */
    public static boolean isTokenRefused(int status, String body) {
        return (status == 403 || status == 401) && read(body).stream()
                .anyMatch(error -> TOKEN_REFUSED.matcher(error.message() + " " + error.details()).find());
    }
}
