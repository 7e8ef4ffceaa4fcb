package dev.tollgate.ledger;

import java.time.Duration;

/** What this node holds of one token's limit beforehand, for when the database is away. */
final class HeldShare {

    /** So long nobody asks; then it is given back. */
    private static final Duration IDLE = Duration.ofSeconds(15);

    private volatile long limit;
    private long tokens;
    /** Of them those that calls have used, or may, since the database went away. */
    private long drawn;
    private int calls;
    /** Whether the row may say something else. */
    private boolean unsure;
    private volatile long askedAt = System.nanoTime();

    /** Somebody asks for tokens of a token with that limit. */
    void ask(long itsLimit) {
        limit = itsLimit;
        askedAt = System.nanoTime();
    }

    /** The token's, as whoever asked last knows it. */
    long limit() {
        return limit;
    }

    /** A call lives on it, if it is not used up. */
    synchronized boolean draw(long estimate) {
        if (drawn >= tokens) {
            return false;
        }
        drawn += estimate;
        calls++;
        return true;
    }

    /** What that call has used after all. */
    synchronized void used(long estimate, long actual) {
        drawn += actual - estimate;
        calls--;
    }

    /** What counts as used of it until the database has the calls that used it. */
    synchronized boolean isOpen(long spooled) {
        if (calls == 0 && spooled == 0) {
            drawn = 0;
        }
        return drawn > 0;
    }

    synchronized long tokens() {
        return tokens;
    }

    synchronized void be(long next) {
        tokens = next;
        unsure = false;
    }

    /** Nobody knows whether the row was changed: what may have become less is less. */
    synchronized void mayBe(long next) {
        tokens = Math.min(tokens, next);
        unsure = true;
    }

    synchronized boolean isUnsure() {
        return unsure;
    }

    boolean isIdle() {
        return isLeftAloneFor(IDLE);
    }

    boolean isLeftAloneFor(Duration time) {
        return System.nanoTime() - askedAt > time.toNanos();
    }
}
