package dev.tollgate.ledger;

import java.util.OptionalLong;

/** A write's outcome and the token's TotalUsedTokens as that transaction left it; none for the fallback key. */
record Booked(Booking outcome, OptionalLong used) {
}
