package dev.tollgate.spapi.sellers;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Whose access token: the application and the refresh token, the latter as its SHA-256. Never the application alone. */
record TokenKey(String clientId, String refreshTokenHash) {

    static TokenKey of(String clientId, String refreshToken) {
        return new TokenKey(clientId, sha256(refreshToken));
    }

    static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no SHA-256", e);
        }
    }
}
