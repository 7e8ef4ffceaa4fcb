package dev.tollgate.ledger;

/**
 * Told what a token's total will be when the transaction that changes it is committed, while that still holds the token's row.
 * So whoever reads the row, before the commit or after it, finds the tokens counted once.
 */
@FunctionalInterface
interface Posting {

    /**
     * @param tokens what the transaction adds
     * @param used   TotalUsedTokens with them
     * @return to be run when the transaction is not committed, or nobody knows
     */
    Runnable post(long tokenId, long tokens, long used);
}
