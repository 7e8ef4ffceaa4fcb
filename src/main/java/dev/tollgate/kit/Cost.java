package dev.tollgate.kit;

import dev.tollgate.ledger.UsageDetails;

/**
 * What a call cost, in tokens, as it stands on its row.
 *
 * @param textPrompt share of the input that is text; 0 where nobody says
 * @param imagePrompt share of the input that is pictures and documents
 * @param textCandidates share of the output that is text
 * @param total what the account is charged
 * @param details parts of these that have a price of their own, or null
 * @param estimated whether the upstream did not say it, so that it is a guess
 */
public record Cost(long input, long output, long textPrompt, long imagePrompt, long textCandidates, long total, UsageDetails details,
        boolean estimated) {

    /** A cost of which nobody says what was sent and what was answered. */
    static Cost of(long total, boolean estimated) {
        return new Cost(0, 0, 0, 0, 0, total, null, estimated);
    }
}
