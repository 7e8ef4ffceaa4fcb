package dev.tollgate;

import java.util.Optional;

/**
 * The least heap that the gateway was seen to run with. With less it does not start: a gateway that fails under its first
 * callers has taken money for calls whose answers it cannot deliver.
 */
final class HeapFloor {

    private static final long MEGABYTE = 1 << 20;

    /** Smallest {@code -Xmx} that starts and serves every API, on JDK 17 and 25. */
    static final int LEAST_MEGABYTES = 96;

    /** Some collectors keep a part of the heap for themselves and do not count it. */
    private static final double COUNTED = 0.9;

    private HeapFloor() {
    }

    /**
     * What is to be said of too small a heap; empty for one that does.
     *
     * @param bytes most that the heap may grow to, as the JVM tells it
     */
    static Optional<String> refusal(long bytes) {
        return bytes >= LEAST_MEGABYTES * MEGABYTE * COUNTED ? Optional.empty() : Optional.of(
                "The heap may grow to %d MB only, and Tollgate needs %d MB at least. Start it with -Xmx%2$dm or more; 512 MB are right for ordinary use."
                        .formatted(bytes / MEGABYTE, LEAST_MEGABYTES));
    }
}
