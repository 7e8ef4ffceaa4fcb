package dev.tollgate.ledger;

/**
 * What a replay of rejected records did.
 *
 * @param replayed records that are in the database now, whether or not they had been before
 * @param rejected records that it still refuses, or that were not tried because it is away
 */
public record Rejections(int replayed, long rejected) {
}
