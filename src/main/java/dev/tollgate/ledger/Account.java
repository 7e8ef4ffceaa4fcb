package dev.tollgate.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What this process knows about one token beyond a database read that may be old. Immutable.
 *
 * @param holds   reservations in flight
 * @param spooled tokens in the spool, which the database does not count yet
 * @param floor   the greatest TotalUsedTokens a booking here has left; a smaller value read is an old one
 * @param until   when the floor is forgotten, so that a summary reset by hand takes effect
 * @param trial   when one call may try again after the database has refused this token's usage for good; null while it has not
 */
record Account(Map<String, Reservation> holds, long spooled, long floor, Instant until, Instant trial) {

    static final Account NEW = new Account(Map.of(), 0, 0, Instant.EPOCH, null);

    /** Expired leases and floors gone. */
    Account at(Instant now) {
        Map<String, Reservation> live = holds;
        for (Reservation one : holds.values()) {
            if (!now.isBefore(one.leaseUntil())) {
                live = live == holds ? new HashMap<>(holds) : live;
                live.remove(one.id());
            }
        }
        boolean forgets = floor > 0 && !now.isBefore(until);
        return live == holds && !forgets ? this : new Account(live, spooled, forgets ? 0 : floor, forgets ? Instant.EPOCH : until, trial);
    }

    long reserved() {
        long sum = 0;
        for (Reservation one : holds.values()) {
            sum = add(sum, one.tokens());
        }
        return sum;
    }

    /** All that is spent or promised, given what the database answered. */
    long spentWith(long usedAsRead) {
        return add(add(Math.max(usedAsRead, floor), spooled), reserved());
    }

    Account hold(Reservation reservation) {
        Map<String, Reservation> more = new HashMap<>(holds);
        more.put(reservation.id(), reservation);
        return new Account(more, spooled, floor, until, trial);
    }

    Account release(String id) {
        Map<String, Reservation> less = new HashMap<>(holds);
        less.remove(id);
        return new Account(less, spooled, floor, until, trial);
    }

    Account booked(long used, Instant now, Duration keep) {
        return used < floor ? new Account(holds, spooled, floor, until, null) : new Account(holds, spooled, used, now.plus(keep), null);
    }

    /** The booking that left this value was not committed. */
    Account takeBack(Account before, long used) {
        return floor == used ? new Account(holds, spooled, before.floor, before.until, before.trial) : this;
    }

    /** A booking has passed, and none was refused since. */
    boolean isProven() {
        return floor > 0 && trial == null;
    }

    Account spool(long tokens) {
        return new Account(holds, add(spooled, tokens), floor, until, trial);
    }

    Account unspool(long tokens) {
        return new Account(holds, Math.max(0, spooled - tokens), floor, until, trial);
    }

    /** What a call costs was refused for good, so that until then no other is paid for. */
    Account refusedUntil(Instant next) {
        return new Account(holds, spooled, floor, until, next);
    }

    boolean isRefused(Instant now) {
        return trial != null && now.isBefore(trial);
    }

    boolean isEmpty() {
        return holds.isEmpty() && spooled == 0 && floor == 0 && trial == null;
    }

    /** Sums that would overflow stay at the greatest number. */
    private static long add(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
