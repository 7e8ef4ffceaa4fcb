package dev.tollgate.gemini;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.tollgate.ledger.TokenRow;

/**
 * One call on its way through the policy: who pays, which key is in use, how often it was tried. It belongs
 * to one exchange and is never shared between threads that run at the same time.
 */
public final class GeminiCall {

    /** Exchange property of the call. */
    public static final String PROPERTY = "geminiCall";

    private final String requestId;
    private final Requester requester;
    private final List<TokenRow> keys;
    /** Bound: the keys of one company. */
    private final Set<Long> spent = new HashSet<>();

    private TokenRow current;
    private int attempts;
    private boolean saidNothing;

    /** @param keys the company's usable rows; empty when the fallback key pays */
    GeminiCall(String requestId, Requester requester, List<TokenRow> keys) {
        this.requestId = requestId;
        this.requester = requester;
        this.keys = List.copyOf(keys);
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

    /** @param key null for the fallback key */
    void begin(TokenRow key) {
        current = key;
        attempts++;
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

    @Override
    public String toString() {
        return "request %s, attempt %d".formatted(requestId, attempts);
    }
}
