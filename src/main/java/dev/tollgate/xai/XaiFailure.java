package dev.tollgate.xai;

/** An answer of xAI that is an error. The message is a sentence for the caller; xAI's own text may name the team. */
public final class XaiFailure extends RuntimeException {

    XaiFailure(XaiError error) {
        super(error.reason(), null, false, false);
    }
}
