package dev.tollgate.spapi;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What is asked of the Selling Partner API, without any credential.
 *
 * @param path    below the base URL, with its leading slash and as it was sent
 * @param query   as it was sent; null for none
 * @param headers those that pass
 * @param body    null for none; always null with GET, for which Amazon wants none
 */
public record SpApiRequest(String method, String path, @Nullable String query, Map<String, String> headers,
        byte @Nullable [] body) {

    public SpApiRequest {
        headers = Map.copyOf(headers);
        body = reads(method) ? null : body;
    }

    /** Whether making it twice does no harm. */
    boolean reads() {
        return reads(method);
    }

    private static boolean reads(String method) {
        return method.equals("GET") || method.equals("HEAD");
    }

    /** Without query and body, which may hold anything. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
