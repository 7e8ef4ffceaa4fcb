package dev.tollgate.xai;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** An answer of xAI that is an error. The message is a sentence for the caller; xAI's own text may name the team. */
public final class XaiFailure extends RuntimeException {

    private static final int TOO_MANY_REQUESTS = 429;

    /** Refusals that are not billed: a malformed request, no credit, one call too many. */
    private static final Set<Integer> NOT_BILLED = Set.of(400, 402, TOO_MANY_REQUESTS);

    private final transient XaiError error;
    private final transient Duration retryAfter;
    private final boolean repeatable;

    /**
     * @param retryAfter the wait that xAI asks for; empty for none
     * @param patience   the longest wait after which it is still worth while to send the call again
     */
    XaiFailure(XaiError error, Optional<Duration> retryAfter, Duration patience) {
        super(error.reason(), null, false, false);
        this.error = error;
        this.retryAfter = retryAfter.orElse(null);
        this.repeatable = isOneTooMany(error) && retryAfter.filter(wait -> wait.compareTo(patience) > 0).isEmpty();
    }

    private static boolean isOneTooMany(XaiError error) {
        String text = error.message();
        return error.status() == TOO_MANY_REQUESTS && !text.contains("credits") && !text.contains("spending limit");
    }

    /** Whether an answer of this status costs nothing. */
    static boolean isUnbilled(int status) {
        return NOT_BILLED.contains(status);
    }

    /** The HTTP status that xAI answered with. */
    public int getStatus() {
        return error.status();
    }

    /**
     * Whether the same call may be sent again: xAI refused it for being one too many, so it was not served and not billed,
     * and a little later it may be. Nothing else is repeated: a 5xx can come after the work, from whatever stands before
     * the model, credits that are used up do not come back by asking, and who is told to come back later than the caller can
     * wait need not wait at all.
     */
    public boolean isRepeatable() {
        return repeatable;
    }

    /** The wait that xAI asks for. */
    Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
