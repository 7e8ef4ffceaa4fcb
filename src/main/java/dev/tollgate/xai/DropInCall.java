package dev.tollgate.xai;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

import dev.tollgate.gateway.TimeOrderedId;

/**
 * One request to {@code /xai/v1}, checked.
 *
 * @param path         from {@code /v1} on, raw, as it goes on to xAI
 * @param sent         bytes of its body
 * @param kind         what it costs
 * @param asksForCache whether the caller asks to have equal calls answered once
 * @param streams      whether the reply is to be a stream
 * @param asksUsage    whether the gateway added the option that makes a stream say its usage, so that what says it is to be
 *                     taken out of the stream again
 */
public record DropInCall(String path, int sent, DropInPaths.Kind kind, boolean asksForCache, boolean streams, boolean asksUsage) {

    /** Whether xAI is paid for it, so that it counts against the day's quota. */
    boolean isBilled() {
        return kind == DropInPaths.Kind.CHAT || kind == DropInPaths.Kind.PAID;
    }

    /** Whether the caller asked to have equal calls answered once, and the answer comes at once. */
    boolean isCacheable() {
        return asksForCache && !streams;
    }

    /** Whether its reply is a new answer, to be booked. */
    boolean isBooked() {
        return kind != DropInPaths.Kind.FREE;
    }

    /** Whether it fetches an answer that may have been fetched before. */
    boolean isFetched() {
        return kind == DropInPaths.Kind.DEFERRED;
    }

    /** Under which it is booked: an answer that is fetched a second time has the same. */
    String callId() {
        return isFetched() ? UUID.nameUUIDFromBytes(path.getBytes(StandardCharsets.UTF_8)).toString()
                : TimeOrderedId.next();
    }
}
