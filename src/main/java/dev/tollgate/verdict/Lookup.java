package dev.tollgate.verdict;

import java.time.Duration;

/** What the cache knows about a question. A cached {@code false} is a {@link Hit} like any other. */
public sealed interface Lookup {

    /** For routes, which cannot ask for a type. */
    default boolean isHit() {
        return this instanceof Hit;
    }

    /** @param age since the answer was given, 0 or more; that of the file for an answer taken over from one */
    record Hit(boolean value, Duration age) implements Lookup {
    }

    /**
     * An answer older than the cache's time to live. It is served only when the quota is spent.
     *
     * @param age since the answer was given
     */
    record Stale(boolean value, Duration age) implements Lookup {
    }

    /** Never asked. */
    record Miss() implements Lookup {
    }
}
