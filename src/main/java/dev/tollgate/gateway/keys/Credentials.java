package dev.tollgate.gateway.keys;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.QueryString;

/** Where callers put their key: {@code Authorization: Bearer} everywhere, and where each API's own clients put it. */
final class Credentials {

    static final String KEY_PARAMETER = "key";

    /** Headers that hold credentials, in small letters; none of them reaches a route. */
    static final List<String> HEADERS = List.of("authorization", "proxy-authorization", "x-goog-api-key", "x-api-key",
            "x-amz-access-token", "x-amz-security-token");

    private static final String BEARER = "bearer ";

    private Credentials() {
    }

    static Optional<String> of(HttpServletRequest request) {
        Dialect dialect = Dialect.of(request);
        return first(bearer(request.getHeader("Authorization")),
                dialect == Dialect.GEMINI ? request.getHeader("x-goog-api-key") : null,
                dialect == Dialect.GEMINI || dialect == Dialect.KEEPA ? fromQuery(request.getQueryString()) : null,
                dialect == Dialect.XAI_MESSAGES ? request.getHeader("x-api-key") : null,
                dialect == Dialect.SP_API ? request.getHeader("x-amz-access-token") : null);
    }

    /** Where a caller of this path may put its key, in words. */
    static String places(HttpServletRequest request) {
        return switch (Dialect.of(request)) {
            case KEEPA -> "the parameter key, or the header Authorization: Bearer";
            case GEMINI -> "the header x-goog-api-key, the parameter key, or the header Authorization: Bearer";
            case XAI_MESSAGES -> "the header x-api-key, or the header Authorization: Bearer";
            case SP_API -> "the header x-amz-access-token, as a token from /auth/o2/token, or the header Authorization: Bearer";
            default -> "the header Authorization: Bearer";
        };
    }

    private static Optional<String> first(String... texts) {
        for (String text : texts) {
            if (text != null && !text.isBlank()) {
                return Optional.of(text.strip());
            }
        }
        return Optional.empty();
    }

    private static String bearer(String header) {
        return header != null && header.toLowerCase(Locale.ROOT).startsWith(BEARER) ? header.substring(BEARER.length()) : null;
    }

    private static String fromQuery(String query) {
        return QueryString.of(query).value(KEY_PARAMETER).orElse(null);
    }

    /** The query with the key's value cut out, the rest as the caller wrote it: a route may put another in its place. */
    static String withoutKey(String query) {
        return query == null || !query.contains(KEY_PARAMETER) && query.indexOf('%') < 0 ? query : QueryString.of(query).rewritten(parameter ->
                parameter.name().equals(KEY_PARAMETER) ? parameter.withoutValue() : parameter.raw());
    }
}
