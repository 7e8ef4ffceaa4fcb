/**
 * Answers that are never paid for twice: the verdict cache, and one flight for any number of equal questions.
 *
 * <p>{@link dev.tollgate.verdict.VerdictCache} keeps answers under the composite key of the system it replaces
 * ("Token Management Strategy"): bounded Caffeine for reading, an append-only journal for keeping, the existing JSON
 * dictionary read once. {@link dev.tollgate.kit.Flights} sees to it that concurrent equal questions make one call.
 * Neither knows what is asked, of whom, or what a fallback is: that is the policy's business, in
 * {@code dev.tollgate.xai} and the routes.
 */
package dev.tollgate.verdict;
