package dev.tollgate.gateway;

import java.io.IOException;

/** The caller disconnected while its call was with the upstream, which may have served it; nobody reads what comes of it. */
public final class CallerGoneException extends IOException {

    private static final long serialVersionUID = 1L;

    public CallerGoneException() {
        super("The caller disconnected");
    }
}
