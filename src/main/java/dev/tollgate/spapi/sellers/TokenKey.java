package dev.tollgate.spapi.sellers;

import dev.tollgate.gateway.KeyText;

/** Whose access token: the application and the refresh token, the latter as its SHA-256. Never the application alone. */
record TokenKey(String clientId, String refreshTokenHash) {

    static TokenKey of(String clientId, String refreshToken) {
        return new TokenKey(clientId, KeyText.hash(refreshToken));
    }
}
