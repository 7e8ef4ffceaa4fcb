/**
 * Balances as pure functions: an immutable {@link dev.tollgate.budget.BucketState}, a
 * {@link dev.tollgate.budget.BucketEvent} and a time give the next state and an answer. Nothing here waits, reads a clock, or knows a web server; the same
 * functions serve one process and many.
 *
 * <p>Balances are milli-tokens, prices whole tokens, times epoch milliseconds; there are no floating-point numbers.
 */
@NullMarked
package dev.tollgate.budget;

import org.jspecify.annotations.NullMarked;
