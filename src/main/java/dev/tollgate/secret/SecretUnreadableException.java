package dev.tollgate.secret;

import org.jspecify.annotations.Nullable;

/** A stored secret cannot be read back. The message names the id of its key and the remedy, never any part of the secret. */
public final class SecretUnreadableException extends RuntimeException {

    private final String keyId;

    private SecretUnreadableException(String keyId, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.keyId = keyId;
    }

    static SecretUnreadableException keyMissing(String keyId) {
        return new SecretUnreadableException(keyId, "A stored secret was encrypted with key " + keyId
                + ", which is not at hand. Add that key to " + MasterKeys.VARIABLE
                + " after the current one, separated by a comma, or enter the secret anew.", null);
    }

    static SecretUnreadableException damaged(String keyId, Throwable cause) {
        return new SecretUnreadableException(keyId, "A stored secret of key " + keyId
                + " was changed, or copied from another column. Enter the secret anew.", cause);
    }

    /** The first 8 hex digits of a digest of the key; safe to show. */
    public String keyId() {
        return keyId;
    }
}
