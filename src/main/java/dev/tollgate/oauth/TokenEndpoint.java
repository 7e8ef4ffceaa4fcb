package dev.tollgate.oauth;

import java.io.IOException;
import java.util.Map;

/**
 * The one place where token requests leave. One call is one request: no redirects are followed and nothing is repeated in
 * secret; who asks decides about repeating.
 */
@FunctionalInterface
public interface TokenEndpoint {

    /**
     * Posts a form.
     *
     * @param form parameters in the clear; the client's own id and secret among them
     * @return the answer, whatever its status
     * @throws IOException          when there was no answer: no connection, a time-out, a broken transfer
     * @throws InterruptedException when the calling thread was told to stop
     */
    Reply post(Map<String, String> form) throws IOException, InterruptedException;

    /** An answer of the token endpoint, which may hold tokens. */
    record Reply(int status, String body) {

        @Override
        public String toString() {
            return "HTTP " + status + ", " + body.length() + " characters";
        }
    }
}
