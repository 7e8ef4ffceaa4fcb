package dev.tollgate.gemini;

/**
 * For whom a call is made, as the ledger has it.
 *
 * @param companyId whose keys pay
 * @param branch where the caller belongs, or which of the gateway's paths asked
 * @param username who asks; written to the ledger as RequestedBy
 */
public record Requester(String companyId, String branch, String username) {

    /** Exchange property of the requester. */
    public static final String PROPERTY = "geminiRequester";
}
