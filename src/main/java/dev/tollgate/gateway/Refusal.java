package dev.tollgate.gateway;

import java.time.Duration;

/**
 * A denial, which is an answer: a route throws it, and the error routes turn it into the dialect of the API it guards.
 * Cheap (no stack trace), never charged.
 */
public final class Refusal extends RuntimeException {

    private static final int CALLER_GONE = 499;

    private final int status;
    private final Duration retryAfter;

    private Refusal(int status, String message, Duration retryAfter, Throwable cause) {
        super(message, cause, false, false);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    /**
     * @param status HTTP status of the answer, 400 to 599
     * @param message what the caller reads; never a secret
     */
    public static Refusal of(int status, String message) {
        return new Refusal(status, message, null, null);
    }

    /** A refusal that says when to come back. */
    public static Refusal until(int status, String message, Duration retryAfter) {
        return new Refusal(status, message, retryAfter, null);
    }

    /** The caller disconnected while its call waited. Nobody reads the answer; the status is the one that proxies log for this. */
    public static Refusal callerGone() {
        return new Refusal(CALLER_GONE, "The caller disconnected.", null, null);
    }

    /** Whether the caller disconnected. */
    public boolean isCallerGone() {
        return status == CALLER_GONE;
    }

    /** The same in other words. */
    public Refusal saying(String message) {
        return new Refusal(status, message, retryAfter, getCause());
    }

    /** The same with what a route may tell it from others by. */
    public Refusal because(Throwable cause) {
        return new Refusal(status, getMessage(), retryAfter, cause);
    }

    public int getStatus() {
        return status;
    }

    /** When to come back; null when coming back does not help. */
    public Duration getRetryAfter() {
        return retryAfter;
    }

    /** Whole seconds for the {@code Retry-After} header, at least 1; null when coming back does not help. */
    public Long getRetryAfterSeconds() {
        return retryAfter == null ? null : Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
    }
}
