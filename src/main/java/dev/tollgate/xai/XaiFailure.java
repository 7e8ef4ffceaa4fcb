package dev.tollgate.xai;

/** An answer of xAI that is an error. The message is a sentence for the caller; xAI's own text may name the team. */
public final class XaiFailure extends RuntimeException {

    private static final int TOO_MANY_REQUESTS = 429;

    private final transient XaiError error;

    XaiFailure(XaiError error) {
        super(error.reason(), null, false, false);
        this.error = error;
    }

    /** The HTTP status that xAI answered with. */
    public int getStatus() {
        return error.status();
    }

    /**
     * Whether the same call may be sent again: xAI refused it for being one too many, so it was not served and not billed,
     * and a little later it may be. Nothing else is repeated: a 5xx can come after the work, from whatever stands before
     * the model, and credits that are used up do not come back by asking.
     */
    public boolean isRepeatable() {
        String text = error.message();
        return error.status() == TOO_MANY_REQUESTS && !text.contains("credits") && !text.contains("spending limit");
    }
}
