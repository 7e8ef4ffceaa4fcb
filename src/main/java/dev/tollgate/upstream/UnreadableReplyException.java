package dev.tollgate.upstream;

import java.io.IOException;

/** A reply in a coding that cannot be read here, so that nobody knows what stands in it. To the caller the upstream failed. */
public final class UnreadableReplyException extends IOException {

    private static final long serialVersionUID = 1L;

    UnreadableReplyException(String message) {
        super(message);
    }
}
