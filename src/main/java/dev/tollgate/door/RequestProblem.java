package dev.tollgate.door;

/**
 * What was wrong with a request before any route saw it. It stands in the exchange property {@link #PROPERTY}, so that
 * the route answers it in the dialect of its own API.
 */
public enum RequestProblem {

    /** The body or one of its parts is over the size limit: 413. */
    TOO_LARGE,

    /** The multipart body cannot be read: 400. */
    MALFORMED;

    /** Name of the exchange property. */
    public static final String PROPERTY = "TollgateRequestProblem";
}
