package dev.tollgate.xai;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestProblem;

/** The body of a request, as the door hands it over. */
final class XaiBody {

    private XaiBody() {
    }

    /**
     * @param body    null when there is none
     * @param problem null when there is none
     * @throws Refusal 413 when the body was over its limit, 503 when there was no room for it
     */
    static byte[] of(byte[] body, RequestProblem problem) {
        if (problem == RequestProblem.TOO_LARGE) {
            throw Refusal.of(413, "The body is over the limit of this path (tollgate.max-body-size at most). Send less.");
        }
        if (problem == RequestProblem.NO_ROOM) {
            throw problem.refusal();
        }
        return body == null ? new byte[0] : body;
    }
}
