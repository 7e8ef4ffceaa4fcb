package dev.tollgate.keepa;

/**
 * The {@code error} object of an envelope. Each part may be empty, none is null.
 *
 * @param type    Keepa's name of the error, such as {@code invalidParameter}
 * @param message a sentence for people
 * @param details more of it
 */
public record KeepaError(String type, String message, String details) {

    public KeepaError {
        type = type == null ? "" : type;
        message = message == null ? "" : message;
        details = details == null ? "" : details;
    }
}
