/**
 * The Keepa policy: what a call costs, who goes next, and what Keepa's own meter says.
 *
 * <p>A route holds the order of things and says it in the words of {@link dev.tollgate.keepa.KeepaSteps} (bean
 * {@code keepaSteps}); {@link dev.tollgate.keepa.KeepaToll} holds the arithmetic. In short, with ids and descriptions left
 * out:
 *
 * <pre>
 * - bean: {ref: keepaSteps, method: arrive}
 * - choice:
 *     when:
 *       - expression: {simple: {expression: "${exchangeProperty.keepaTicket.denied}"}}
 *         steps:
 *           - bean: {ref: keepaSteps, method: deny}
 *           - stop: {}
 * - loop:
 *     doWhile: true
 *     expression: {simple: {expression: "${exchangeProperty.keepaTicket.open}"}}
 *     steps:
 *       - loop:
 *           doWhile: true
 *           expression: {simple: {expression: "${exchangeProperty.keepaTicket.waiting}"}}
 *           steps:
 *             - bean: {ref: keepaSteps, method: standInLine}
 *             - delay: {expression: {method: {ref: keepaSteps, method: millisUntilTurn}}}
 *             - bean: {ref: keepaSteps, method: admit}
 *       - throttle: {expression: {constant: {expression: "50"}}, timePeriodMillis: "1000"}
 *       - to: {uri: "direct:keepa-call"}
 *       - bean: {ref: keepaSteps, method: settle}
 * </pre>
 *
 * <p>The inner loop is the wait: only the first in line is past {@code standInLine}, and the delayer never sleeps longer
 * than {@link dev.tollgate.keepa.WaitingLine#STEP_MILLIS}, so that tokens which a reply frees are used at once. The outer
 * loop runs a second time only when Keepa refuses. {@code direct:keepa-call} must not throw for a status
 * ({@code throwExceptionOnFailure=false}). A route also says {@code leave} in {@code onCompletion}, and in
 * {@code onException} {@code neverSent} for a connection that never came about; {@code leave} after a settled call does
 * nothing.
 */
package dev.tollgate.keepa;
