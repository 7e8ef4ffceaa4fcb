package dev.tollgate.cluster;

/** The shared database did not take a transaction, or it is not known whether it did. */
public final class DatabaseAwayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DatabaseAwayException(String message, Throwable cause) {
        super(message, cause, false, false);
    }
}
