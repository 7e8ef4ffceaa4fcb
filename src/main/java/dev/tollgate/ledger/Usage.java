package dev.tollgate.ledger;

import java.time.Instant;
import java.util.Objects;

/**
 * One paid model call. Strings are cut to their columns and negative counts become 0 here, so that nothing about a call
 * that was paid for keeps it out of the ledger.
 *
 * @param callId    this call's own key; whatever is booked under it a second time changes nothing
 * @param requestId the caller's request id, which may come again; the callId where there is none
 * @param tokenId   the TokenMaster row that paid, or null for the fallback key, which has none
 * @param at        when the upstream answered
 * @param costInUsdTicks the final price in 1/10,000,000,000 US dollar, or null where the upstream names none
 * @param details parts of the counts that have a price of their own, or null where the upstream names none
 * @param estimated whether the upstream delivered and did not say what it cost, so that the counts are a guess
 */
public record Usage(
        String callId,
        String requestId,
        Long tokenId,
        String companyId,
        String branch,
        String requestedBy,
        long inputTokens,
        long outputTokens,
        long textPromptTokens,
        long imagePromptTokens,
        long textCandidatesTokens,
        long totalTokens,
        Instant at,
        Long costInUsdTicks,
        UsageDetails details,
        boolean estimated) {

    static final int CALL_ID = 64;
    static final int REQUEST_ID = 128;

    /** A call whose upstream names no price. */
    public Usage(String callId, String requestId, Long tokenId, String companyId, String branch, String requestedBy,
            long inputTokens, long outputTokens, long textPromptTokens, long imagePromptTokens, long textCandidatesTokens,
            long totalTokens, Instant at) {
        this(callId, requestId, tokenId, companyId, branch, requestedBy, inputTokens, outputTokens, textPromptTokens,
                imagePromptTokens, textCandidatesTokens, totalTokens, at, null, null, false);
    }

    /** A call whose upstream names no parts with a price of their own. */
    public Usage(String callId, String requestId, Long tokenId, String companyId, String branch, String requestedBy,
            long inputTokens, long outputTokens, long textPromptTokens, long imagePromptTokens, long textCandidatesTokens,
            long totalTokens, Instant at, Long costInUsdTicks) {
        this(callId, requestId, tokenId, companyId, branch, requestedBy, inputTokens, outputTokens, textPromptTokens,
                imagePromptTokens, textCandidatesTokens, totalTokens, at, costInUsdTicks, null, false);
    }

    /**
     * @throws IllegalArgumentException without a callId
     * @throws NullPointerException     without a time
     */
    public Usage {
        callId = Text.key(callId, CALL_ID);
        requestId = Text.cutOr(requestId, REQUEST_ID, callId);
        companyId = Text.cut(companyId, 50);
        branch = Text.cutOr(branch, 50, "Default");
        requestedBy = Text.cutOr(requestedBy, 100, "System");
        inputTokens = Math.max(0, inputTokens);
        outputTokens = Math.max(0, outputTokens);
        textPromptTokens = Math.max(0, textPromptTokens);
        imagePromptTokens = Math.max(0, imagePromptTokens);
        textCandidatesTokens = Math.max(0, textCandidatesTokens);
        totalTokens = Math.max(0, totalTokens);
        Objects.requireNonNull(at, "at");
    }

    /** The same, paid by another token's row. */
    Usage paidBy(long row) {
        return new Usage(callId, requestId, row, companyId, branch, requestedBy, inputTokens, outputTokens, textPromptTokens,
                imagePromptTokens, textCandidatesTokens, totalTokens, at, costInUsdTicks, details, estimated);
    }
}
