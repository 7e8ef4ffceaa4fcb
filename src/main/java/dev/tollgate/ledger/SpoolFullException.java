package dev.tollgate.ledger;

import java.io.IOException;

/** The spool holds as many bytes as it may. */
final class SpoolFullException extends IOException {
    private static final long serialVersionUID = 1;

    SpoolFullException(String message) {
        super(message);
    }
}
