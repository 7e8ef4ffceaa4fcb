package dev.tollgate.xai;

/**
 * One request to {@code /xai/v1}, checked.
 *
 * @param method   GET, POST or DELETE
 * @param path     from {@code /v1} on, raw, as it goes on to xAI
 * @param query    raw; null when there is none
 * @param body     byte for byte as it came; empty when there is none
 * @param billed   whether xAI is paid for it, so that it counts against the day's quota
 * @param cacheKey under which its reply may be kept; null unless the caller asked for that
 */
public record DropInCall(String method, String path, String query, byte[] body, boolean billed, String cacheKey) {

    /** For routes: whether the caller asked to have equal calls answered once. */
    public boolean isCacheable() {
        return cacheKey != null;
    }
}
