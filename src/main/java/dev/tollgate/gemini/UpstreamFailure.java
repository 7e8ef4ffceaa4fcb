package dev.tollgate.gemini;

import java.time.Duration;
import java.time.Instant;

import dev.tollgate.logging.Redactor;

/**
 * One attempt that Gemini did not answer with a result. Says whether trying again can help, whose fault it was and how
 * long to wait.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/troubleshooting">Gemini: errors and what to do about them</a>
 */
public final class UpstreamFailure extends RuntimeException {

    /** What a failure says about where it came from. */
    public enum Kind {

        /** The endpoint is in trouble: 5xx, time-out, no connection. Counts towards the breaker. */
        ENDPOINT,

        /** The key has no quota left for now; another key may have. Says nothing about the endpoint. */
        QUOTA,

        /** The key is not valid or not permitted; another key may be. */
        KEY,

        /** The model refuses this input; asking again costs and does not help. */
        INPUT,

        /** The request as we build it is wrong for this model, or the answer is not one. Asking again does not help. */
        OTHER
    }

    private final Kind kind;
    private final int status;
    private final boolean retryable;
    private final Duration retryAfter;

    /**
     * @param kind whose fault it was
     * @param status upstream's HTTP status; 0 if there was none
     * @param message for the log and RetryAttempts; secrets in it are cut here
     * @param retryable whether the same key may be asked again
     * @param retryAfter what upstream asked for; null if nothing
     */
    public UpstreamFailure(Kind kind, int status, String message, boolean retryable, Duration retryAfter) {
        super(Redactor.redact(message), null, false, false);
        this.kind = kind;
        this.status = status;
        this.retryable = retryable;
        this.retryAfter = retryAfter;
    }

    public Kind kind() {
        return kind;
    }

    public int status() {
        return status;
    }

    /** Whether asking again can help: with this key, or where it is the key's fault with another one. */
    public boolean isRetryable() {
        return retryable;
    }

    /** The wait that upstream asked for; null if it asked for none. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** The same failure, worth another attempt at once because that will take another key. */
    UpstreamFailure anotherKeyMayDo() {
        return new UpstreamFailure(kind, status, getMessage(), true, Duration.ZERO);
    }

    /** Whether another key of the company may do better. */
    boolean isOfTheKey() {
        return kind == Kind.KEY || kind == Kind.QUOTA;
    }

    /** Since when a key that failed so is worth another try. */
    Instant benchedUntil(Instant now) {
        if (kind == Kind.KEY) {
            return now.plus(Duration.ofMinutes(5));
        }
        return retryable ? now.plus(retryAfter == null ? Duration.ofSeconds(5) : retryAfter)
                : PacificDay.nextMidnight(now);
    }
}
