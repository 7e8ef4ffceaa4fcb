package dev.tollgate.kit;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.apache.camel.Exchange;

/** One call's way through a policy. It belongs to one exchange; no two of its methods run at the same time. */
interface Passage {

    /** Whether the steps inside are to run; false where the exchange holds its answer already. */
    default boolean isOpen() {
        return true;
    }

    /**
     * Called when the steps inside have ended, with the reply in the message or the failure in
     * {@link Exchange#getException()}.
     *
     * @return empty when the call is over; else what to wait for before the steps inside run once more
     * @throws Exception what the call ends with instead
     */
    default Optional<CompletionStage<Passage>> ended(Exchange exchange) throws Exception {
        return Optional.empty();
    }

    /** Called last, once, whatever happened. */
    default void release(Exchange exchange) {
        // most have nothing to give back
    }
}
