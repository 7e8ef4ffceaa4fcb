package dev.tollgate.spapi.sellers;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/** The cookie that ties a consent to the browser that began it. */
final class ConsentCookie {

    static final String NAME = "tollgate_consent";

    private ConsentCookie() {
    }

    /** @param secure whether the browser came over https; a cookie marked so is not sent over http */
    static String set(String value, boolean secure) {
        return NAME + "=" + value + "; Path=/; Max-Age=" + ConsentStates.LIFE.toSeconds() + "; HttpOnly; SameSite=Lax"
                + (secure ? "; Secure" : "");
    }

    /** @param header the request's Cookie header; may be null */
    static @Nullable String read(@Nullable String header) {
        return header == null ? null : Arrays.stream(header.split(";")).map(String::strip)
                .filter(one -> one.startsWith(NAME + "=")).map(one -> one.substring(NAME.length() + 1)).findFirst().orElse(null);
    }
}
