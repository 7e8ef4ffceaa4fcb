package dev.tollgate.gateway;

import java.io.IOException;

import org.springframework.util.unit.DataSize;

/** An upstream's answer is longer than the gateway holds in memory. The call was made, and may have been paid. */
public final class ReplyTooLongException extends IOException {

    /** @param most how long it may be, in bytes */
    public ReplyTooLongException(long most) {
        super("The upstream's answer is longer than tollgate.upstream.max-reply-size, which is " + DataSize.ofBytes(most).toMegabytes()
                + "MB");
    }
}
