package dev.tollgate.xai;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;

import dev.tollgate.gateway.FailedCall;

/** Whether a request that failed had left the gateway. What may have left may have been served, and billed. */
public enum Departure {
    /** No byte of it reached the upstream. */
    NEVER_LEFT,
    /** It was sent, or that cannot be excluded: time-outs, resets, errors of the upstream. */
    MAY_HAVE_LEFT;

    private static final int MAX_CAUSES = 20;

    /** Judges by the kind of failure, or of what caused it: an open breaker, an unknown host, a connection never made,
     * or none free. */
    public static Departure of(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof CallNotPermittedException || FailedCall.neverLeft(cause)) {
                return NEVER_LEFT;
            }
            cause = cause.getCause();
        }
        return MAY_HAVE_LEFT;
    }
}
