package dev.tollgate.gateway;

import java.time.Duration;


/**
 * What was wrong with a request before any route saw it. The route it was meant for does not run; its error handling
 * answers the {@link #refusal()}, in the dialect of its own API, and may ask the exchange property {@link #PROPERTY} for
 * the reason.
 */
public enum RequestProblem {

    /** The body or one of its parts is over the size limit. */
    TOO_LARGE(413, "The request body is too large."),

    /** There is no room in memory for the body beside those of others. */
    NO_ROOM(503, "The gateway has no room for this request beside those of others. Send it again in a moment."),

    /** The multipart body cannot be read. */
    MALFORMED(400, "The request body is not a readable multipart form."),

    /** The body is in a coding that is not read here. */
    UNKNOWN_CODING(415, "The request body has a Content-Encoding that is not read here. Send it in gzip, deflate, br or zstd, or plain."),

    /** The body is not in the coding that it claims, or is cut short. */
    UNREADABLE(400, "The request body cannot be decoded by its Content-Encoding.");

    private static final Duration COME_BACK = Duration.ofSeconds(2);

    /** Name of the exchange property. */
    public static final String PROPERTY = "TollgateRequestProblem";

    private final int status;
    private final String message;

    RequestProblem(int status, String message) {
        this.status = status;
        this.message = message;
    }

    /** What the caller is told. */
    public Refusal refusal() {
        return status == 503 ? Refusal.until(status, message, COME_BACK) : Refusal.of(status, message);
    }
}
