package dev.tollgate.cluster;

import java.time.Instant;

/**
 * One gateway of several.
 *
 * @param id        its name
 * @param epoch     how often it was started; what an older epoch holds is void
 * @param state     whether it lives
 * @param startedAt by the database's clock
 * @param seenAt    when it last said that it lives, by the same
 * @param version   its release
 */
public record Node(String id, long epoch, State state, Instant startedAt, Instant seenAt, String version) {

    /** Whether a node lives. */
    public enum State {
        /** It has said so lately. */
        UP,
        /** It has not, for longer than it promised to. */
        DEAD,
        /** It was stopped. */
        LEFT
    }
}
