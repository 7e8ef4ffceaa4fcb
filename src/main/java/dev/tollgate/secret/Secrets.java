package dev.tollgate.secret;

import org.jspecify.annotations.Nullable;

/** How a secret may be shown. */
public final class Secrets {

    private Secrets() {
    }

    /**
     * The last four characters after an ellipsis ("…1a2b"), enough to tell keys apart.
     *
     * @param secret a plain secret; one of fewer than 12 characters, or null, shows nothing but the ellipsis
     */
    public static String lastFour(@Nullable String secret) {
        return secret == null || secret.length() < 12 ? "…" : "…" + secret.substring(secret.length() - 4);
    }
}
