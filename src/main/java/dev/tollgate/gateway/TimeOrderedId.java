package dev.tollgate.gateway;

import java.util.UUID;

/**
 * Ids of what is written down in great numbers: UUIDs of version 7 (RFC 9562), which begin with the time. Rows then go to the end
 * of an index, where those before them have just gone; an index of ids in random order is read and written in a different place
 * for each row, and a database writes a whole page for each place.
 */
public final class TimeOrderedId {

    private static final int TIME_FROM = 16;
    private static final long VERSION = 0x7000;
    private static final long RANDOM = 0x0fff;

    private TimeOrderedId() {
    }

    /** A new one of this moment, which nobody can guess: 74 of its bits are random. */
    public static String next() {
        return of(System.currentTimeMillis(), UUID.randomUUID()).toString();
    }

    /**
     * @param millis since 1970, of which 48 bits are taken
     * @param random of version 4; its last 74 random bits are taken
     */
    static UUID of(long millis, UUID random) {
        return new UUID(millis << TIME_FROM | VERSION | random.getMostSignificantBits() & RANDOM, random.getLeastSignificantBits());
    }
}
