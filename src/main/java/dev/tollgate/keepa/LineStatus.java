package dev.tollgate.keepa;

import java.time.Instant;

/**
 * One look at the Keepa policy, for {@code /status} and the dashboard. Tokens are whole, the balance rounded down.
 *
 * @param balance     what Keepa's meter is thought to show, may be negative
 * @param deficit     how far that is below zero, 0 or more
 * @param refillRate  tokens a minute, as Keepa said last
 * @param capacity    where unused tokens expire
 * @param waiting     callers in line
 * @param nextFreeAt  when a call of one token that arrives now could start
 * @param consumed    tokens settled since the state was first made
 * @param denied      callers sent away since the start
 * @param upstream429 calls that Keepa refused since the start
 */
public record LineStatus(long balance, long deficit, int refillRate, long capacity, int waiting, Instant nextFreeAt,
        long consumed, long denied, long upstream429) {
}
