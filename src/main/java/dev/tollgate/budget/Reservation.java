package dev.tollgate.budget;

/**
 * Tokens set aside for a call that may be under way. Times are this machine's epoch milliseconds.
 *
 * @param id           unique among all calls of the bucket
 * @param price        what the call may cost
 * @param serviceClass who asked
 * @param since        when it was made; a reply to this call cannot be older
 * @param leaseEnd     from here on it no longer counts: whoever made it is gone
 * @param lostAt       when hope for a reply was given up, 0 while it is awaited
 */
public record Reservation(String id, Price price, ServiceClass serviceClass, long since, long leaseEnd, long lostAt) {

    /** How long after its lease a reservation is still known, so that a very late reply is settled once and not twice. */
    static final long REMEMBERED = 10 * Plan.MINUTE;

    /** Whether it was made by the one whose ids begin so. */
    boolean isOf(String owner) {
        return id.startsWith(owner);
    }

    boolean counts(long now) {
        return now < leaseEnd;
    }

    boolean awaited(long now) {
        return counts(now) && lostAt == 0;
    }

    boolean forgotten(long now) {
        return now >= leaseEnd + REMEMBERED;
    }

    Reservation lost(long now) {
        return new Reservation(id, price, serviceClass, since, leaseEnd, now);
    }

    Reservation moved(long millis) {
        return new Reservation(id, price, serviceClass, since + millis, leaseEnd + millis,
                lostAt == 0 ? 0 : lostAt + millis);
    }
}
