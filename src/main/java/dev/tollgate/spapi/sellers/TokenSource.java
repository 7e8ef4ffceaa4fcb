package dev.tollgate.spapi.sellers;

import java.util.function.Function;
import java.util.function.Supplier;

import dev.tollgate.oauth.AccessToken;
import dev.tollgate.oauth.TokenResult;

/**
 * Where the access tokens of a call come from. Asking may take as long as the token endpoint does.
 *
 * @param asked a token that serves now, or why there is none
 * @param other another token after the upstream called this one expired; see {@link AccessTokens#replace}
 */
public record TokenSource(Supplier<TokenResult> asked, Function<AccessToken, TokenResult> other) {

    /** A token that serves now, or why there is none. */
    public TokenResult token() {
        return asked.get();
    }

    /** Another token after the upstream called this one expired; see {@link AccessTokens#replace}. */
    public TokenResult replace(AccessToken failed) {
        return other.apply(failed);
    }

    /** The consent that is stored for a seller and a region. */
    public static TokenSource ofSeller(AccessTokens tokens, String sellerId, Region region) {
        return new TokenSource(() -> tokens.forSeller(sellerId, region), failed -> tokens.replace(sellerId, region, failed));
    }

    /** One token that nobody can replace: of restricted data. */
    public static TokenSource ofToken(AccessToken token) {
        return new TokenSource(() -> new TokenResult.Fresh(token), failed -> new TokenResult.Fresh(token));
    }

    /** A refresh token that came with a job and is stored nowhere else. */
    public static TokenSource ofRefreshToken(AccessTokens tokens, Supplier<String> refreshToken) {
        return new TokenSource(() -> tokens.forRefreshToken(refreshToken.get()), failed -> tokens.replaceFor(refreshToken.get(), failed));
    }
}
