package dev.tollgate.logging;

import org.slf4j.MDC;

/**
 * Marks what is logged for a request until it is known who sent it, so that {@link ProvokedLines} can bound what anybody can
 * provoke. A request is somebody's when a key, or a consent that began here, was found good.
 */
public final class UnknownCaller {

    /** Key in the logging context; it is there while the caller is unknown. */
    static final String MDC_KEY = "unknownCaller";

    private UnknownCaller() {
    }

    /** From here on this thread works for somebody unknown; closed when the request ends. */
    public static MDC.MDCCloseable begins() {
        return MDC.putCloseable(MDC_KEY, "true");
    }

    /** The caller of this thread's request is known now. */
    public static void isKnown() {
        MDC.remove(MDC_KEY);
    }
}
