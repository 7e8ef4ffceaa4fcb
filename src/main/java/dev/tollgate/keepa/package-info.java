/**
 * What is Keepa's own: the price list, the envelope with the meter, the envelope of a refusal, and the one key.
 *
 * <p>The policy is {@code token-bucket-action} of the kit, as {@code routes/keepa/policy.camel.yaml} uses it.
 * {@link dev.tollgate.keepa.KeepaPrices} tells the bucket what a call will probably cost and
 * {@link dev.tollgate.keepa.KeepaMeter} what its reply says; {@link dev.tollgate.keepa.KeepaBalance} shows the bucket to
 * pages and meters, and {@link dev.tollgate.keepa.KeepaAnchor} has it asked of Keepa itself.
 *
 * <p>Long lists are {@link dev.tollgate.keepa.KeepaBackfill}, batch by batch as {@link dev.tollgate.keepa.BackfillBatches} says,
 * and {@link dev.tollgate.keepa.KeepaLists} makes them of files.
 */
package dev.tollgate.keepa;
