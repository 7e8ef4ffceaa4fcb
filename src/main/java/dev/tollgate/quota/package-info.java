/**
 * A number of calls per calendar day that is never exceeded: not by threads, not by a crash, not by midnight.
 *
 * <p>{@link dev.tollgate.quota.QuotaState} is the whole arithmetic, pure and without a clock.
 * {@link dev.tollgate.quota.DailyQuota} is the shell around it: one lock, one file, one clock. A call is counted on disk
 * before it leaves, in the file and the JSON shape of the system it replaces
 * ({@code xai_token_state.json}, described in its "Token Management Strategy").
 */
@NullMarked
package dev.tollgate.quota;

import org.jspecify.annotations.NullMarked;
