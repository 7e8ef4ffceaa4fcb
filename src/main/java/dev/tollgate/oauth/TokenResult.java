package dev.tollgate.oauth;

import java.time.Duration;

/** A request for an access token, answered. Only {@link Fresh} lets a call through. */
public sealed interface TokenResult {

    /** A token that serves now. */
    record Fresh(AccessToken token) implements TokenResult {
    }

    /** Nobody connected this seller. */
    record Unknown() implements TokenResult {
    }

    /** Amazon no longer takes the seller's consent; nothing but a new one helps. */
    record ReconnectNeeded() implements TokenResult {
    }

    /**
     * There is none now; there may be one later.
     *
     * @param reason     for the caller, without secrets
     * @param retryAfter when asking again may help, at least a second
     */
    record Unavailable(String reason, Duration retryAfter) implements TokenResult {
    }
}
