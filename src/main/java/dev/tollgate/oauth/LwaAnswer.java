package dev.tollgate.oauth;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.gateway.Plausible;
import dev.tollgate.logging.Redactor;

/** What Login with Amazon said, told apart by what helps. */
public sealed interface LwaAnswer {

    /**
     * Tokens.
     *
     * @param refreshToken the one submitted, or a new one after a consent; empty when there was none
     */
    record Granted(AccessToken accessToken, String refreshToken) implements LwaAnswer {

        @Override
        public String toString() {
            return "Granted " + accessToken;
        }
    }

    /**
     * None.
     *
     * @param text for logs and pages: the error and its description, cut of secrets
     */
    record Failed(Kind kind, String text) implements LwaAnswer {

        static Failed unanswered(String text) {
            return new Failed(Kind.PASSING, text);
        }
    }

    /** What a failure means for the next attempt. */
    enum Kind {
        /** {@code invalid_grant}: this refresh token or code is of no use any more, ever. */
        GRANT,
        /** {@code invalid_client}: the application's own id or secret is refused, for every seller. */
        CLIENT,
        /** Amazon does not allow this request; asking again at once changes nothing, an operator may. */
        REQUEST,
        /** 5xx, 429, no answer, or one that cannot be read: the same request may succeed later. */
        PASSING
    }

    /** A token without a stated end is taken to live for as long as Amazon's do. */
    Duration USUAL_LIFE = Duration.ofHours(1);

    /** How long a refresh token is known to be a secret after an answer held it. */
    Duration REMEMBERED = Duration.ofDays(1);

    /** What of a form is nobody's business, in the texts of failures too; a code may be anybody's text until it is taken. */
    List<String> SECRETS = List.of("code", "refresh_token", "client_secret");

    int MAX_TEXT = 300;
    ObjectMapper JSON = new ObjectMapper();
    Logger LOG = LoggerFactory.getLogger(LwaAnswer.class);

    /**
     * What a token endpoint says to a form; no answer at all is a failure that may pass.
     *
     * @param clock the life of a token is counted from when the request left
     */
    static LwaAnswer of(TokenEndpoint endpoint, Map<String, String> form, Clock clock) {
        Instant asked = clock.instant();
        try {
            return read(endpoint.post(form), asked, SECRETS.stream().map(form::get).filter(Objects::nonNull).toList());
        } catch (IOException e) {
            LOG.debug("The token endpoint gave no answer", e);
            return Failed.unanswered("no answer (" + e.getClass().getSimpleName() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Failed.unanswered("interrupted");
        }
    }

    /**
     * @param asked when the request left: a token's life is counted from there, so that it never seems longer than it is
     * @param sent  what the request held and no text may repeat
     */
    static LwaAnswer read(TokenEndpoint.Reply reply, Instant asked, Collection<String> sent) {
        JsonNode body = parse(reply.body());
        String token = body.path("access_token").asText("");
        if (reply.status() == 200 && !token.isBlank()) {
            long seconds = life(body.path("expires_in"));
            String refreshToken = body.path("refresh_token").asText("");
            Instant end = asked.plusSeconds(seconds);
            Redactor.register(token, end);
            Redactor.register(refreshToken, asked.plus(REMEMBERED)); // those that are stored are known for as long as they are
            return new Granted(new AccessToken(token, asked, end), refreshToken);
        }
        String error = body.path("error").asText("");
        return new Failed(kind(reply.status(), error), text(reply.status(), error, body, sent));
    }

    /** Seconds; what is missing, not positive or no number is the usual life, and nothing lives longer than a day. */
    private static long life(JsonNode told) {
        long seconds = Plausible.count(told, Plausible.LONGEST_TOKEN_LIFE.toSeconds()).value();
        return seconds == 0 ? USUAL_LIFE.toSeconds() : seconds;
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return JSON.missingNode(); // the status alone then says what helps
        }
    }

    /** https://developer-docs.amazon.com/sp-api/docs/authorization-errors, and RFC 6749 section 5.2. */
    private static Kind kind(int status, String error) {
        if (status >= 500 || status == 429 || status == 408) {
            return Kind.PASSING;
        }
        return switch (error.toLowerCase(Locale.ROOT)) {
            case "invalid_grant" -> Kind.GRANT;
            case "invalid_client" -> Kind.CLIENT;
            case "unauthorized_client", "invalid_request", "unsupported_grant_type", "invalid_scope", "access_denied" ->
                    Kind.REQUEST;
            default -> status == 401 ? Kind.CLIENT : Kind.PASSING;
        };
    }

    private static String text(int status, String error, JsonNode body, Collection<String> sent) {
        String description = body.path("error_description").asText("");
        String text = error.isEmpty() ? "HTTP " + status + " without an error code" : error + (description.isEmpty() ? "" : ": " + description);
        String clean = Redactor.redact(text, sent).replaceAll("\\p{Cntrl}", " ").replaceAll("[. ]+$", "");
        return clean.substring(0, Math.min(MAX_TEXT, clean.length()));
    }
}
