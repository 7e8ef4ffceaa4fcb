package dev.tollgate.spapi.sellers;

import java.util.function.Supplier;

import dev.tollgate.oauth.AccessToken;
import dev.tollgate.oauth.TokenResult;

/** Where the access tokens of a call come from. Asking may take as long as the token endpoint does. */
public interface TokenSource {

    /** A token that serves now, or why there is none. */
    TokenResult token();

    /** Another token after the upstream called this one expired; see {@link AccessTokens#replace}. */
    TokenResult replace(AccessToken failed);

    /** The consent that is stored for a seller and a region. */
    static TokenSource ofSeller(AccessTokens tokens, String sellerId, Region region) {
        return new TokenSource() {

            @Override
            public TokenResult token() {
                return tokens.forSeller(sellerId, region);
            }

            @Override
            public TokenResult replace(AccessToken failed) {
                return tokens.replace(sellerId, region, failed);
            }
        };
    }

    /** One token that nobody can replace: of restricted data. */
    static TokenSource ofToken(AccessToken token) {
        return new TokenSource() {

            @Override
            public TokenResult token() {
                return new TokenResult.Fresh(token);
            }

            @Override
            public TokenResult replace(AccessToken failed) {
                return token();
            }
        };
    }

    /** A refresh token that came with a job and is stored nowhere else. */
    static TokenSource ofRefreshToken(AccessTokens tokens, Supplier<String> refreshToken) {
        return new TokenSource() {

            @Override
            public TokenResult token() {
                return tokens.forRefreshToken(refreshToken.get());
            }

            @Override
            public TokenResult replace(AccessToken failed) {
                return tokens.replaceFor(refreshToken.get(), failed);
            }
        };
    }
}
