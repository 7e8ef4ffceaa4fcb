package dev.tollgate.kit;

import java.util.concurrent.CompletionStage;

import org.apache.camel.Exchange;

import dev.tollgate.oauth.AccessToken;

/** Where an {@code oauth-token-action} has its access tokens from: one client's, or those to which people have consented. */
public interface CallTokens {

    /** A token that serves now; completes exceptionally with a {@link dev.tollgate.gateway.Refusal} when there is none. */
    CompletionStage<AccessToken> fresh(Exchange call);

    /** Whether a reply says that the upstream does not take the token. */
    boolean isRefused(Exchange reply);

    /** Another token after the upstream did not take this one; the same one when no other can be had. */
    CompletionStage<AccessToken> replaced(Exchange call, AccessToken failed);
}
