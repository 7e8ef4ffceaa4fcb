/**
 * The Keepa policy: what a call costs, who goes next, and what Keepa's own meter says.
 *
 * <p>A route holds the order of things, {@link dev.tollgate.keepa.KeepaToll} the arithmetic. The beans
 * {@code keepaToll} and {@code keepaLine} (its {@link dev.tollgate.keepa.WaitingLine}) are used like this; {@code ticket}
 * is an exchange property that holds the {@link dev.tollgate.keepa.Ticket}, so the route reads where a call stands:
 *
 * <pre>{@code
 * - setProperty: {name: ticket, expression: {method: {ref: keepaDoor, method: arrive}}}
 * - choice:
 *     when:
 *       - expression: {simple: {expression: "${exchangeProperty.ticket.isDenied}"}}
 *         steps:
 *           - bean: {ref: keepaDoor, method: deny}          # 429, Keepa's envelope, Retry-After; nothing was charged
 *           - stop: {}
 * - loop:                                                    # once more when Keepa itself refuses
 *     doWhile: true
 *     expression: {simple: {expression: "${exchangeProperty.ticket.isWaiting} || ${exchangeProperty.ticket.isAdmitted}"}}
 *     steps:
 *       - loop:                                              # until the budget admits the call
 *           doWhile: true
 *           expression: {simple: {expression: "${exchangeProperty.ticket.isWaiting}"}}
 *           steps:
 *             - bean: {ref: keepaLine, method: "standInLine(${exchangeProperty.ticket})"}
 *             - delay:                                       # only the first in line gets here
 *                 expression: {method: {ref: keepaLine, method: "millisUntilTurn(${exchangeProperty.ticket})"}}
 *             - bean: {ref: keepaLine, method: "admit(${exchangeProperty.ticket})"}   # keeps the body as it is: see below
 *       - to: {uri: "direct:keepa-call"}                     # a throttle before it caps calls per second
 *       - bean: {ref: keepaDoor, method: settle}             # DONE, or AGAIN: the ticket waits at its old place
 * }</pre>
 *
 * <p>What the route must see to: {@code admit} returns a {@link dev.tollgate.budget.Decision}, so call it through a
 * {@code setProperty} or a {@code wireTap}-free bean that leaves the body alone; a timeout after sending ends with
 * {@code keepaLine.leave(ticket)}, a connection that never came about with {@code keepaLine.neverSent(ticket)}, and an
 * {@code onCompletion} with {@code keepaLine.leave(ticket)} in any case, which does nothing to a settled call.
 */
package dev.tollgate.keepa;
