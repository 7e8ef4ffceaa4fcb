package dev.tollgate.gemini;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import dev.tollgate.ledger.Reservation;
import dev.tollgate.ledger.TokenRow;

/**
 * One call on its way through the policy: who pays, which key is in use, how often it was tried. It belongs
 * to one exchange and is never shared between threads that run at the same time.
 */
public final class GeminiCall {

    /** Exchange property of the call. */
    public static final String PROPERTY = "geminiCall";

    private String callId = UUID.randomUUID().toString();
    private final String requestId;
    private final Requester requester;
    private final List<TokenRow> keys;
    /** Bound: the keys of one company. */
    private final Set<Long> spent = new HashSet<>();

    private TokenRow current;
    private Reservation reservation;
    private int attempts;
    private boolean saidNothing;

    /** @param keys the company's usable rows; empty when the fallback key pays */
    GeminiCall(String requestId, Requester requester, List<TokenRow> keys) {
        this.requestId = requestId;
        this.requester = requester;
        this.keys = List.copyOf(keys);
    }

    /** Idempotency key of the booking; each attempt has its own, because each may be paid. */
    public String callId() {
        return callId;
    }

    public String requestId() {
        return requestId;
    }

    public Requester requester() {
        return requester;
    }

    /** Attempts begun, from 1. */
    public int attempts() {
        return attempts;
    }

    /** Row whose key is in use; null for the fallback key. */
    public Long tokenId() {
        return current == null ? null : current.tokenId();
    }

    TokenRow current() {
        return current;
    }

    /** Keys that have not failed in this call; all of them once every one has. */
    List<TokenRow> untried() {
        List<TokenRow> left = keys.stream().filter(key -> !spent.contains(key.tokenId())).toList();
        return left.isEmpty() ? keys : left;
    }

    boolean hasAnotherKey() {
        return keys.stream().anyMatch(key -> !spent.contains(key.tokenId()));
    }

    void begin(TokenRow key, Reservation reserved) {
        current = key;
        reservation = reserved;
        callId = attempts++ == 0 ? callId : UUID.randomUUID().toString();
    }

    /** Whether the model has now said nothing for the first time. */
    boolean saysNothingForTheFirstTime() {
        boolean first = !saidNothing;
        saidNothing = true;
        return first;
    }

    /** Marks the key in use as one that failed. */
    void giveUpKey() {
        if (current != null) {
            spent.add(current.tokenId());
        }
    }

    /** The reservation of the attempt that is over; null the second time. */
    Reservation takeReservation() {
        Reservation taken = reservation;
        reservation = null;
        return taken;
    }

    @Override
    public String toString() {
        return "call %s of request %s, attempt %d".formatted(callId, requestId, attempts);
    }
}
