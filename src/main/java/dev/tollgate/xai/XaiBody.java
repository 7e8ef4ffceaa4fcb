package dev.tollgate.xai;

import dev.tollgate.door.RequestProblem;
import dev.tollgate.gateway.Refusal;

/** The body of a request, as the door hands it over. */
final class XaiBody {

    private XaiBody() {
    }

    /**
     * @param body    null when there is none
     * @param problem null when there is none
     * @throws Refusal 413 when the body was over {@code tollgate.max-body-size}
     */
    static byte[] of(byte[] body, RequestProblem problem) {
        if (problem == RequestProblem.TOO_LARGE) {
            throw Refusal.of(413, "The body is over the limit of tollgate.max-body-size.");
        }
        return body == null ? new byte[0] : body;
    }
}
