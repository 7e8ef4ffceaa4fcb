package dev.tollgate.gateway;

import java.io.IOException;

import org.springframework.util.unit.DataSize;

/** An upstream's answer is longer than the gateway holds in memory. The call was made, and may have been paid. */
public final class ReplyTooLongException extends IOException {

    /** @param most how long it may be, in bytes */
    public ReplyTooLongException(long most) {
        super("The upstream's answer is longer than " + DataSize.ofBytes(most).toMegabytes() + "MB, the smaller one of "
                + "tollgate.upstream.max-reply-size and tollgate.max-bodies-in-memory");
    }
}
