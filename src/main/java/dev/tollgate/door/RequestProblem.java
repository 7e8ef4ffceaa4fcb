package dev.tollgate.door;

import dev.tollgate.gateway.Refusal;

/**
 * What was wrong with a request before any route saw it. The route it was meant for does not run; its error handling
 * answers the {@link #refusal()}, in the dialect of its own API, and may ask the exchange property {@link #PROPERTY} for
 * the reason.
 */
public enum RequestProblem {

    /** The body or one of its parts is over the size limit. */
    TOO_LARGE(413, "The request body is too large."),

    /** The multipart body cannot be read. */
    MALFORMED(400, "The request body is not a readable multipart form.");

    /** Name of the exchange property. */
    public static final String PROPERTY = "TollgateRequestProblem";

    private final int status;
    private final String message;

    RequestProblem(int status, String message) {
        this.status = status;
        this.message = message;
    }

    Refusal refusal() {
        return Refusal.of(status, message);
    }
}
