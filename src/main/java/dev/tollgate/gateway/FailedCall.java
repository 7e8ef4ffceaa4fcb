package dev.tollgate.gateway;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;

import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;

/** What a call that brought no answer means. */
public final class FailedCall {

    private FailedCall() {
    }

    /** Whether no byte of the request left: no connection was made, so nothing can have been charged. */
    public static boolean neverLeft(Throwable thrown) {
        return thrown instanceof ConnectException || thrown instanceof UnknownHostException
                || thrown instanceof NoRouteToHostException || thrown instanceof ConnectTimeoutException
                || thrown instanceof ConnectionRequestTimeoutException;
    }

    /** What the caller is told; empty for what is no failure of the upstream. */
    public static Optional<Refusal> refusal(Throwable thrown) {
        if (thrown instanceof Refusal refusal) {
            return Optional.of(refusal);
        }
        if (neverLeft(thrown)) {
            return Optional.of(Refusal.of(502, "The upstream cannot be reached."));
        }
        if (thrown instanceof SocketTimeoutException) {
            return Optional.of(Refusal.of(504, "The upstream gave no answer in time."));
        }
        if (thrown instanceof ReplyTooLongException) {
            return Optional.of(Refusal.of(502, thrown.getMessage() + "."));
        }
        return thrown instanceof IOException ? Optional.of(Refusal.of(502, "The upstream broke off its answer.")) : Optional.empty();
    }
}
