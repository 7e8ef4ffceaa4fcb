package dev.tollgate.gateway.keys;

/** Takes note of attempts at what only the admin key opens that were refused. */
public interface RefusedAttempts {

    /**
     * One refused attempt.
     *
     * @param who name of the key that may not do this; {@code nobody} for no key and for a wrong one
     * @param what method and path, at most 100 characters, without secrets
     * @param status 401, 403 or 429
     * @param address whence, as counted for wrong keys; at most 64 characters
     * @param requestId of the request
     */
    record Attempt(String who, String what, int status, String address, String requestId) {
    }

    /** Costs the caller of a flood no more than counting. */
    void note(Attempt attempt);
}
