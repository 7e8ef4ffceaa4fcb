package dev.tollgate.ledger;

/** A token's figures as one booking left them, read while that transaction still holds the summary row. */
record Standing(long used, long threshold, long limit, String status) {

    static final long DEFAULT_THRESHOLD = 3000;

    long remaining() {
        return limit - used;
    }

    /** The limit is reached, and TokenMaster does not say so yet. */
    boolean exceedsNow() {
        String plain = status == null ? "" : status.strip();
        return used >= limit && ("Active".equalsIgnoreCase(plain) || "BelowThreshold".equalsIgnoreCase(plain));
    }

    /** This booking took the remaining tokens from the threshold or more to under it; true for one booking only. */
    boolean fellUnderThreshold(long booked) {
        return remaining() < threshold && remaining() + booked >= threshold;
    }
}
